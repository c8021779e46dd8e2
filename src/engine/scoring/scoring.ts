/** The strategy that reads a written text instead of writing one, and asks every exit rule on the way. */
import * as z from "zod";
import { isByCheck } from "../../core/trace/kinds";
import type { LocalDecoder } from "../decoding/localDecoder";
import type { ProbeFile } from "../probes/probe";
import { askingAll, roomOfAsking } from "../thinking/askingAll";
import { trialOptions } from "../thinking/trialCheck";
import { earlyExitOptions } from "../thinking/earlyExit";
import { similarityOptions } from "../thinking/stepSimilarity";
import { askingProbe } from "../thinking/askingProbe";
import type { RunContext } from "../thinking/runContext";
import { strategy, type Strategy } from "../strategies/strategy";
import { checkpoints, probeCheckpoints, spread } from "./checkpoints";
import { probeOf } from "./probeOf";
import type { Reading } from "./reading";
import type { ReadToken } from "./readTokens";
import { remarkBefore, remarkAfter } from "./remarks";
import { l10n, type Sentence } from "../../core/text/l10n";

/** As the headers of scored traces name it. */
export const SCORING = { id: "scored", name: "Scored Trace" };

/** Tokens read at once: a cancel acts within them, and each brings a whole distribution along. */
const CHUNK = 64;
const PROGRESS_MS = 250;

/** Options under `scored` in the settings. */
export const scoringOptions = z.object({
  at: z
    .array(z.enum(["transition", "paragraph", "line"]))
    .min(1)
    .default(["transition", "paragraph"])
    .describe("Try an answer before transition words, after paragraphs, or after lines of thinking."),
  transitions: earlyExitOptions.transitions,
  maxChecks: earlyExitOptions.maxChecks.default(100).describe("Most trial answers; spread evenly over more places."),
  ...trialOptions,
  ...similarityOptions,
  probe: z
    .string()
    .default("")
    .describe("The probe's file; by default probe.json in the model's folder, if it is there."),
});
type Options = z.output<typeof scoringOptions>;

/** Where the model is asked, as numbers of tokens before it. */
interface Places {
  trials: ReadonlySet<number>;
  probes: ReadonlySet<number>;
  /** Checkpoints of trial answers, of which some may be passed over. */
  found: number;
}

/** @param progress called a few times a second with the share that was read, 0 to 1 */
export function scoring(reading: Reading, progress: (message: Sentence, fraction: number) => void): Strategy {
  return strategy({
    ...SCORING,
    title: "Scoring",
    summary: "Reads a recorded trace and records at each checkpoint what every exit rule would have read there.",
    needs: ["logits", "cache-rewind"],
    stepKind: "step",
    options: scoringOptions,
    framed: () => reading.prompt,
    async run(context, options) {
      const { tokens, original } = reading;
      const probe = await probeOf(context, options.probe);
      const places = placesOf(reading, options, probe);
      const hidden = context.has("hidden-states");
      const decoder = context.localDecoder({ hidden });
      const askAll = askingAll(context, decoder, options, hidden ? options.window : undefined);
      const askProbe = probe && askingProbe(context, decoder, probe);
      await decoder.prefill(context.prompt());
      remarkBefore(context, reading, { found: places.found, tried: places.trials.size });
      const fitting = Math.min(tokens.length, decoder.room);
      const askingRoom = roomOfAsking(context, decoder, options);
      let [tried, skipped, told] = [0, 0, -Infinity];
      for (let read = 0; ;) {
        if (places.probes.has(read)) askProbe?.();
        if (places.trials.has(read) && decoder.room < askingRoom) skipped += 1;
        else if (places.trials.has(read)) {
          await askAll();
          tried += 1;
        }
        if (performance.now() - told > PROGRESS_MS) {
          told = performance.now();
          const answers = tried === 1 ? l10n.later`1 trial answer` : l10n.later`${tried} trial answers`;
          progress(l10n.later`${read} of ${fitting} tokens read, ${answers}`, read / Math.max(1, fitting));
        }
        if (read >= fitting) break;
        let next = read + 1;
        while (next < Math.min(read + CHUNK, fitting) && !places.trials.has(next) && !places.probes.has(next)) next++;
        await readOn(context, decoder, tokens.slice(read, next));
        read = next;
      }
      remarkAfter(context, reading, { fitting, skipped });
      return original.end?.answer ?? "";
    },
  });
}

/** The checkpoints of trials and of the probe; where the run was stopped by a check, its own place is one of them. */
function placesOf({ tokens, written, original }: Reading, options: Options, probe: ProbeFile | undefined): Places {
  const found = new Set(checkpoints(tokens, written, options.at, options.transitions));
  if (isByCheck(original.exit?.why)) {
    const stopped = tokens.findIndex(({ from }) => from >= written.end);
    found.add(stopped < 0 ? tokens.length : stopped);
  }
  const trials = [...found].sort((a, b) => a - b);
  return {
    trials: new Set(spread(trials, options.maxChecks)),
    probes: new Set(probe ? probeCheckpoints(tokens, written, probe.checkAt, options.transitions) : []),
    found: trials.length,
  };
}

/** Feeds tokens that stand in the text, and records each with the probability and the entropy the model saw it with. */
async function readOn({ recorder }: RunContext, decoder: LocalDecoder, tokens: readonly ReadToken[]): Promise<void> {
  const ids = tokens.map(({ id }) => id);
  const started = performance.now();
  const first = { logprob: decoder.next.logprob(ids[0]!), entropy: decoder.next.entropy() };
  const { distributions } = await decoder.feed({ ids }, { distributions: ids.length });
  const seen = [
    first,
    ...distributions.slice(0, -1).map((each, index) => ({
      logprob: each.logprob(ids[index + 1]!),
      entropy: each.entropy(),
    })),
  ];
  const ms = (performance.now() - started) / ids.length;
  tokens.forEach(({ id, text, isForced }, index) => {
    recorder.token({ id, text, kind: isForced ? "forced" : "text", ms, ...seen[index]! });
    decoder.text += text;
  });
}
