/**
 * How many continuous thoughts Coconut thinks (2412.06769, §3): as many as are asked for, the constant length that
 * training padded to, or until a probe on the last hidden state says that the answer is settled.
 */
import path from "node:path";
import * as z from "zod";
import type { LocalDecoder } from "../decoding/localDecoder";
import { checkProbeFits, readLatentProbe } from "../probes/probe";
import { probeExit } from "../../core/exits/probe";
import { ruleOptions } from "./ruleOptions";
import { askingProbe } from "./askingProbe";
import type { RunContext } from "./runContext";

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
  threshold: ruleOptions(probeExit).threshold,
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
  const { folder, facts } = context.model();
  const own = context.method["steps"];
  const padded = options.most ?? (typeof own === "number" && Number.isInteger(own) ? own : options.steps);
  if (options.length !== "probe")
    return { most: options.length === "padded" ? padded : options.steps, enough: () => false };
  const probe = await readLatentProbe(options.probe === "" ? path.join(folder, "latent-probe.json") : options.probe);
  checkProbeFits(probe, facts);
  let ask: (() => boolean) | undefined;
  return { most: padded, enough: (decoder) => (ask ??= askingProbe(context, decoder, probe, options))() };
}
