/**
 * EAT, entropy after </think> (2509.26522): after each unit of thinking look, for the price of one token, how open the
 * answer would be if thinking ended here; stop once that figure has settled.
 */
import * as z from "zod";
import { earlyExitOptions, thinkWithChecks } from "./earlyExit";
import { strategy } from "./strategy";
import { THINK_CLOSE } from "./think";

export const entropyAfterThinking = strategy({
  id: "entropy-after-thinking",
  title: "EAT (entropy after </think>)",
  summary: "Stops when the entropy that the answer would start with has settled; one token a check.",
  paper: "2509.26522",
  needs: ["logits", "cache-rewind"],
  stepKind: "step",
  options: z.object({
    ...earlyExitOptions,
    checkAt: earlyExitOptions.checkAt.default("line"),
    maxChecks: earlyExitOptions.maxChecks.default(200),
    close: z.string().default(`\n${THINK_CLOSE}\n\n`).describe("Text after which the entropy is read."),
    decay: z
      .number()
      .gt(0)
      .max(1)
      .default(0.2)
      .describe("Weight of the newest entropy in the moving mean and variance."),
    threshold: z.number().min(0).default(0.02).describe("Variance, in nats², below which thinking stops."),
    minChecks: z.int().min(1).default(4).describe("Checks before which nothing stops."),
  }),
  run(context, options) {
    const decoder = context.localDecoder();
    let mean = 0;
    let variance = 0;
    let count = 0;
    return thinkWithChecks(context, decoder, options, "confidence", async () => {
      const at = context.recorder.at;
      const started = performance.now();
      const mark = decoder.mark();
      context.recorder.begin("trial");
      await decoder.force(options.close);
      const entropy = decoder.next.entropy();
      context.recorder.finish("trial");
      decoder.rewind(mark);
      count += 1;
      // The first value has nothing to vary against; the exponential mean starts there.
      const difference = entropy - (count === 1 ? entropy : mean);
      mean = count === 1 ? entropy : mean + options.decay * difference;
      variance = (1 - options.decay) * (variance + options.decay * difference * difference);
      const stops = count >= options.minChecks && variance < options.threshold;
      context.recorder.event({
        t: "check",
        at,
        by: "entropy-after-thinking",
        confidence: variance,
        threshold: options.threshold,
        stopsBelow: true,
        trial: [at, context.recorder.at],
        ms: performance.now() - started,
        why: `entropy ${entropy.toFixed(3)} nats`,
      });
      return stops;
    });
  },
});
