/**
 * How many continuous thoughts Coconut thinks (2412.06769, §3): as many as are asked for, the constant length that
 * training padded to, or until a probe on the last hidden state says that the answer is settled.
 */
import path from "node:path";
import * as z from "zod";
import type { LocalDecoder } from "../decoding/localDecoder";
import { checkProbeFits, readLatentProbe } from "../probes/probe";
import { askingProbe } from "./probe";
import type { RunContext } from "./strategy";

export const lengthOptions = {
  steps: z.int().min(0).max(64).default(6).describe("Continuous thoughts (k)."),
  length: z
    .enum(["fixed", "padded", "probe"])
    .default("fixed")
    .describe("Think k thoughts; as many as training padded to; or until a probe says enough, at most that many."),
  most: z
    .int()
    .min(0)
    .max(64)
    .optional()
    .describe("Continuous thoughts that training padded to; by default the model's own k."),
  probe: z
    .string()
    .default("")
    .describe("The probe's file, trained on latents; by default latent-probe.json in the model's folder."),
  threshold: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("Probability above which thinking stops; by default the one chosen on validation data."),
};
type LengthOptions = z.output<z.ZodObject<typeof lengthOptions>>;

interface LatentLength {
  /** Thoughts after which thinking ends in any case. */
  most: number;
  /** Whether the decoder's last thought was enough; records the check where a probe is asked. */
  enough(decoder: LocalDecoder): boolean;
}

/** @throws ActionableError of `readLatentProbe` and `checkProbeFits` */
export async function latentLength(context: RunContext, options: LengthOptions): Promise<LatentLength> {
  const { folder, facts, manifest } = context.model();
  const own = (manifest.methods["coconut"] ?? manifest.methods["coconut-pause"])?.["steps"];
  const padded = options.most ?? (typeof own === "number" && Number.isInteger(own) ? own : options.steps);
  if (options.length !== "probe")
    return { most: options.length === "padded" ? padded : options.steps, enough: () => false };
  const probe = await readLatentProbe(options.probe === "" ? path.join(folder, "latent-probe.json") : options.probe);
  checkProbeFits(probe, facts);
  let ask: (() => boolean) | undefined;
  return { most: padded, enough: (decoder) => (ask ??= askingProbe(context, decoder, probe, options))() };
}
