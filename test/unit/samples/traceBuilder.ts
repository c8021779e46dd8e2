/** Builds traces for tests. What it makes is test data: invented text with confidences from a seeded generator. */
import {
  traceEvent,
  type ExitReason,
  type Message,
  type SpanKind,
  type TokenKind,
  type TraceEvent,
  type TraceEventInput,
} from "../../../src/core/trace/trace";

/** Small, fast and seeded (mulberry32): the same test data on every run. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Tried {
  answer: string;
  confidence: number;
  threshold: number;
  correct?: boolean;
}

export class TraceBuilder {
  readonly events: TraceEvent[] = [];
  private at = 0;
  private rows = 0;
  private readonly random: () => number;

  constructor(
    readonly run: string,
    strategy: string,
    private readonly facts: {
      seed?: number;
      gold?: string;
      msPerToken?: number;
      promptTokens?: number;
      messages?: Message[];
    } = {},
  ) {
    this.random = generator(facts.seed ?? 7);
    const prompt = facts.promptTokens ?? 48;
    this.push({
      t: "run",
      v: 1,
      id: run,
      strategy,
      model: { id: "test-model", dtype: "q4" },
      started: "2026-01-01T00:00:00Z",
      messages: facts.messages ?? [{ role: "user", content: "How many apples has Mara in the end?" }],
      ...(facts.gold === undefined ? {} : { gold: facts.gold }),
    });
    this.push({ t: "prefill", at: 0, tokens: prompt, ms: prompt * 0.4 });
    this.rows = prompt;
  }

  /** The next free offset. */
  get here(): number {
    return this.at;
  }

  push(event: TraceEventInput): this {
    this.events.push(traceEvent.parse(event));
    return this;
  }

  /** Words as tokens; a `~` before a word makes the model unsure of it. */
  text(text: string, kind: TokenKind = "text"): this {
    const words = text.match(/\s*(?:[\p{L}\p{N}_'~]+|[^\s])|\s+$/gu) ?? [];
    const pieces = words.map((word) => word.replace("~", ""));
    const probability = words.map((word) =>
      word.includes("~") ? 0.08 + this.random() * 0.4 : 1 - 0.35 * this.random() ** 6,
    );
    const ms = this.facts.msPerToken ?? 4;
    this.push({
      t: "tokens",
      at: this.at,
      kind,
      ids: pieces.map((_, index) => index + 10),
      text: pieces,
      logprob: probability.map((p) => (kind === "text" ? Math.log(p) : null)),
      entropy: probability.map((p) => (kind === "text" ? -p * Math.log(p) + (1 - p) * 2.2 : null)),
      ms: pieces.map(() => ms * (0.8 + this.random() * 0.4)),
    });
    this.at += pieces.length;
    this.rows += pieces.length;
    return this;
  }

  forced(text: string): this {
    return this.text(text, "forced");
  }

  span(kind: SpanKind, write: () => void, label?: string): this {
    const from = this.at;
    write();
    return this.push({ t: "span", kind, from, to: this.at, ...(label === undefined ? {} : { label }) });
  }

  step(text: string, kind: SpanKind = "step"): this {
    return this.span(kind, () => this.text(text));
  }

  /** A trial answer on the axis, and the check it led to. */
  tried(tried: Tried, by = "deer"): this {
    const at = this.at;
    const before = this.rows;
    this.span("trial", () => {
      this.forced("\n**Final Answer**\n\\boxed{");
      this.text(`${tried.answer}}`);
    });
    this.push({ t: "check", at, by, trial: [at, this.at], ms: (this.at - at) * 3, ...tried });
    this.rows = before;
    return this.push({ t: "context", at: this.at, cached: this.rows });
  }

  exit(why: ExitReason): this {
    return this.push({ t: "exit", at: this.at, why });
  }

  /** Drops the rows of [from, here) and keeps `kept` for them. */
  evict(from: number, kept: number): this {
    this.push({ t: "evict", at: this.at, from, to: this.at, kept });
    this.rows = this.rows - (this.at - from) + kept;
    return this.push({ t: "context", at: this.at, cached: this.rows });
  }

  /** `count` gist tokens. */
  gists(count: number): this {
    return this.span("gist", () => {
      this.push({
        t: "tokens",
        at: this.at,
        kind: "gist",
        text: Array<string>(count).fill(""),
        ms: Array<number>(count).fill(2),
      });
      this.at += count;
      this.rows += count;
    });
  }

  latents(tops: readonly (readonly [string, number])[][], answers: readonly string[]): this {
    return this.span("latent", () => {
      const from = this.at;
      this.push({ t: "tokens", at: from, kind: "latent", text: tops.map(() => ""), ms: tops.map(() => 4) });
      tops.forEach((top, index) => {
        const answer = answers[index];
        this.push({
          t: "latent",
          at: from + index,
          norm: 9 + this.random() * 3,
          entropy: 0.4 + this.random() * 1.5,
          top: top.map(([word, p]) => [word, p]),
          ...(answer === undefined ? {} : { answer }),
        });
      });
      this.at += tops.length;
      this.rows += tops.length;
    });
  }

  end(answer?: string, correct?: boolean): TraceEvent[] {
    this.push({
      t: "end",
      ...(answer === undefined ? {} : { answer }),
      ...(correct === undefined ? {} : { correct }),
    });
    return this.events;
  }
}
