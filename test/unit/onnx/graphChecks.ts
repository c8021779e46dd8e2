/** Every token that a model gives is held against what onnxruntime gives for the same text, whatever was rewound on the way. */
import type { Distribution } from "../../../src/engine/decoding/distribution";
import { LocalDecoder } from "../../../src/engine/decoding/localDecoder";
import type { FeedInput, FeedOptions, LanguageModel, Mark, Sequence, Step } from "../../../src/engine/decoding/model";
import { runStrategy } from "../../../src/engine/runs/runStrategy";
import { fold, type Trace } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import type { GraphOracle } from "./graphOracle";

/** A token that differs. */
export interface Difference {
  /** Tokens before it. */
  at: number;
  ours: number;
  theirs: number;
  /** How much better onnxruntime finds its own token, in the logits. */
  margin: number;
}

/** What was compared in one check. */
export class Comparison {
  tokens = 0;
  /** Tokens that differ by no more than the runtime from itself. */
  ties = 0;
  readonly differences: Difference[] = [];

  constructor(private readonly oracle: GraphOracle) {}

  async take(ids: readonly number[], distribution: Distribution): Promise<void> {
    const logits = await this.oracle.logits(ids);
    const theirs = logits.reduce((best, value, id) => (value > logits[best]! ? id : best), 0);
    const ours = distribution.argmax();
    this.tokens += 1;
    if (ours === theirs) return;
    const margin = logits[theirs]! - logits[ours]!;
    if (margin <= 2 * (await this.oracle.rounding(ids))) this.ties += 1;
    else this.differences.push({ at: ids.length, ours, theirs, margin });
  }
}

/** A sequence that knows its text, and compares what follows each feed. */
class CheckedSequence implements Sequence {
  constructor(
    private readonly inner: Sequence,
    private readonly comparison: Comparison,
    private text: readonly number[] = [],
  ) {}

  get length(): number {
    return this.inner.length;
  }

  get rows(): number {
    return this.inner.rows;
  }

  async feed(input: FeedInput, options?: FeedOptions): Promise<Step> {
    if (input.soft ?? options?.positions ?? options?.sees) throw new Error("Only text can be compared.");
    const step = await this.inner.feed(input, options);
    this.text = [...this.text, ...input.ids];
    for (const [index, each] of step.distributions.entries())
      await this.comparison.take(this.text.slice(0, this.text.length - step.distributions.length + index + 1), each);
    return step;
  }

  mark(): Mark {
    return this.inner.mark();
  }

  rewind(mark: Mark): void {
    this.inner.rewind(mark);
    this.text = this.text.slice(0, mark.length);
  }

  release(mark: Mark): void {
    this.inner.release(mark);
  }

  reachable(rows: number): number {
    return this.inner.reachable(rows);
  }

  evict(): void {
    throw new Error("Only text can be compared.");
  }

  continueAt(): void {
    throw new Error("Only text can be compared.");
  }

  fork(): CheckedSequence {
    return new CheckedSequence(this.inner.fork(), this.comparison, this.text);
  }

  dispose(): void {
    this.inner.dispose();
  }
}

/** The same model, with every sequence of it compared. */
export function checked(model: LanguageModel, comparison: Comparison): LanguageModel {
  const proxy: LanguageModel = new Proxy(model, {
    get(target, key): unknown {
      if (key === "newSequence") return () => new CheckedSequence(target.newSequence(), comparison);
      if (key === "decoder")
        return (...[recorder, options]: Parameters<LanguageModel["decoder"]>) =>
          new LocalDecoder(proxy, recorder, options);
      if (key === "local") return proxy;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  return proxy;
}

/** A short question, and one that windows forget the beginning of. */
const QUESTION = "Mia has 12 apples and gives 3 of them to her brother. How many apples does she have now?";
const LONG = Array.from({ length: 18 }, (_, index) => `On day ${index + 1} Mia picks ${index * 3} apples.`).join(" ");

export const CHECKS: Readonly<Record<string, (model: LanguageModel, comparison: Comparison) => Promise<void>>> = {
  prefill: async (model, comparison) => {
    const ids = model.tokenizer.encode(`${LONG} ${QUESTION}`);
    await greedy(checked(model, comparison).newSequence(), ids, 6);
  },
  steps: async (model, comparison) => {
    const ids = model.tokenizer.encode(QUESTION);
    await greedy(checked(model, comparison).newSequence(), ids, 20);
  },
  rewind: async (model, comparison) => {
    const sequence = checked(model, comparison).newSequence();
    const ids = model.tokenizer.encode(LONG);
    await sequence.feed({ ids: ids.slice(0, 40) });
    const early = sequence.mark();
    await greedy(sequence, ids.slice(40), 4);
    const late = sequence.mark();
    await greedy(sequence, model.tokenizer.encode(QUESTION), 4);
    sequence.rewind(late);
    await greedy(sequence, [ids[3]!], 4);
    sequence.rewind(late);
    sequence.rewind(early);
    await greedy(sequence, [ids[5]!], 4);
    // To a place that no mark was taken at.
    sequence.rewind({ length: 25, rows: 25 });
    await greedy(sequence, [ids[7]!], 4);
  },
  fork: async (model, comparison) => {
    const trunk = checked(model, comparison).newSequence();
    const ids = model.tokenizer.encode(QUESTION);
    await trunk.feed({ ids });
    const mark = trunk.mark();
    const branch = trunk.fork();
    await greedy(trunk, [ids[1]!], 4);
    await greedy(branch, [ids[2]!], 4);
    const twig = branch.fork();
    await greedy(twig, [ids[4]!], 3);
    trunk.rewind(mark);
    await greedy(trunk, [ids[6]!], 3);
    await greedy(branch, [ids[5]!], 3);
  },
  trial: async (model, comparison) => {
    const plain = await strategyRun(checked(model, comparison), "chain-of-thought", { maxTokens: 16 });
    const words = wordsOf(plain);
    const trace = await strategyRun(checked(model, comparison), "deer", {
      ...{ maxTokens: 28, transitions: words, threshold: 1, trialTokens: 6, maxChecks: 3 },
    });
    if (words.length > 0 && trace.checks.length === 0) throw new Error("No answer was tried.");
  },
};

/** Pieces of a run's text at which trials are made: what random models write has no transition words. */
function wordsOf({ positions }: Trace): string[] {
  const texts = positions.map(({ text }) => text.trim()).filter((text) => /^[\p{L}\p{N}]+$/u.test(text));
  return [...new Set(texts)].slice(2, 6);
}

async function greedy(sequence: Sequence, ids: readonly number[], count: number): Promise<void> {
  let next = ids;
  for (let index = 0; index < count; index++) {
    const { distributions } = await sequence.feed({ ids: next });
    next = [distributions[0]!.argmax()];
  }
}

export async function strategyRun(
  model: LanguageModel,
  strategy: string,
  options: Record<string, unknown>,
): Promise<Trace> {
  const events: TraceEvent[] = [];
  await runStrategy({
    backend: model,
    request: {
      ...{ id: strategy, model: { kind: "folder", path: "graph" }, strategy, options },
      messages: [{ role: "user", content: QUESTION }],
    },
    route: () => Promise.resolve({ by: "test", scores: [["chunked_symbolism", 1]] }),
    emit: (batch) => events.push(...batch),
    signal: new AbortController().signal,
  });
  return fold(events);
}
