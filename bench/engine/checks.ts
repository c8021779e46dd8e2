/**
 * What asking whether thinking may stop costs, beside the thinking itself. A small model that was not trained to think
 * writes no “Wait”, so the thoughts are recorded ones of a reasoning model: they are written token by token as if the
 * model had chosen them, and an answer is tried before each transition word, as DEER does.
 */
import { readFileSync } from "node:fs";
import * as z from "zod";
import { loadOnnxModel } from "../../src/engine/backends/onnx/onnxModel";
import { runStrategy } from "../../src/engine/runs/runStrategy";
import { strategy, type Strategy } from "../../src/engine/strategies/strategy";
import { tryAnswer } from "../../src/engine/thinking/trial";
import { VERDICTS } from "./measurement";

export interface CheckCost {
  checks: number;
  /** Tokens of thinking between which they came. */
  tokens: number;
  /** Milliseconds of one check, the mean. */
  msPerCheck: number;
  /** Time of all checks over the time of all thinking; null where no check came up. */
  share: number | null;
}

interface CheckSettings {
  dtype: string | undefined;
  threads: number;
  thoughts: readonly Thought[];
  /** Most tokens of each of them. */
  thoughtTokens: number;
}

interface Thought {
  problem: string;
  reasoning_trace: string;
}

const RECORDED = new URL("../../test/fixtures/traces/math500_r1_distill_qwen_7b.jsonl", import.meta.url);
const TRANSITION = /(?=\b(?:Wait|Alternatively)\b)/;
/** DEER's limit for one run. */
const MOST_CHECKS = 10;

/** The first `count` thoughts of DeepSeek-R1-Distill-Qwen-7B that the tests hold. */
export function recordedThoughts(count: number): Thought[] {
  const lines = readFileSync(RECORDED, "utf8").trim().split("\n").slice(0, count);
  return lines.map((line) => JSON.parse(line) as Thought);
}

export async function costOfChecks(folder: string, settings: CheckSettings): Promise<CheckCost> {
  const { dtype, threads, thoughts, thoughtTokens } = settings;
  const model = await loadOnnxModel(folder, { threads, cacheFolder: VERDICTS, ...(dtype ? { dtype } : {}) });
  const cost = { checks: 0, tokens: 0, checkMs: 0, thinkingMs: 0 };
  for (const thought of thoughts) {
    process.stderr.write("checks: writing a recorded thought\n");
    await runStrategy({
      backend: model,
      strategy: writing(thought, thoughtTokens, cost),
      request: {
        id: "checks",
        model: { kind: "folder", path: folder },
        strategy: "recorded-thought",
        messages: [{ role: "user", content: thought.problem }],
      },
      route: () => Promise.reject(new Error("A recorded thought needs no router.")),
      emit: () => undefined,
      signal: new AbortController().signal,
    });
  }
  await model.dispose();
  const { checks, tokens, checkMs, thinkingMs } = cost;
  return { checks, tokens, msPerCheck: checkMs / Math.max(1, checks), share: checks > 0 ? checkMs / thinkingMs : null };
}

/** Writes a thought as if the model thought it, and adds what that and the checks in it took to `cost`. */
function writing(
  thought: Thought,
  most: number,
  cost: { checks: number; tokens: number; checkMs: number; thinkingMs: number },
): Strategy {
  return strategy({
    id: "recorded-thought",
    ...{ name: "Recorded thought", title: "A recorded thought with checks" },
    summary: "Writes a recorded thought and tries an answer before each transition word.",
    needs: ["cache-rewind"],
    stepKind: "step",
    options: z.object({}),
    words: () => "Think between <think> and </think>.",
    async run(context) {
      const { tokenizer } = context.model();
      const decoder = context.localDecoder();
      await decoder.prefill(context.prompt(), "<think>\n");
      let [written, checks] = [0, 0];
      for (const [index, passage] of thought.reasoning_trace.split(TRANSITION).entries()) {
        if (written >= most) break;
        if (index > 0 && checks < MOST_CHECKS) {
          checks += 1;
          cost.checkMs += (await tryAnswer(context, decoder)).ms;
        }
        const stream = tokenizer.stream();
        const ids = tokenizer.encode(passage).slice(0, most - written);
        const started = performance.now();
        for (const id of ids) {
          const { next } = decoder;
          const [logprob, entropy] = [next.logprob(id), next.entropy()];
          await decoder.accept([{ id, text: stream.push(id), logprob, entropy, ms: 0 }]);
        }
        cost.thinkingMs += performance.now() - started;
        written += ids.length;
      }
      cost.checks += checks;
      cost.tokens += written;
      return decoder.text;
    },
  });
}
