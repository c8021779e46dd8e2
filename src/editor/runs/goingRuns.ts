/** What goes on now, and how fast: of one run, or of several at once in one sum. */
import type { TraceEvent } from "../../core/trace/trace";
import type { TracedPrompt } from "../prompts/tracedPrompt";

/** What is running now. */
export interface Progress {
  /** Of several, the one that has gone on longest. */
  readonly run: string;
  /** All that go on. */
  readonly runs: readonly string[];
  readonly prompt: TracedPrompt;
  readonly strategy: string;
  /** Positions processed so far, of all that go on. */
  readonly tokens: number;
  /** Of all that go on, measured from the first token of each; undefined in the fifth of a second after it. */
  readonly tokensPerSecond: number | undefined;
  /** As in `Loading model…`, while there are no tokens. */
  readonly message: string | undefined;
  /** Whether a person holds them. */
  readonly paused?: boolean;
}

/** One run that goes on. */
interface Going {
  readonly run: string;
  readonly prompt: TracedPrompt;
  readonly strategy: string;
  tokens: number;
  firstTokenAt: number | undefined;
  tokensPerSecond: number | undefined;
  message: string | undefined;
}

/** Milliseconds after its first token in which a run's speed is not told. */
const TOO_SOON_MS = 200;
/** Milliseconds between two words of tokens that come in. */
const TELL_MS = 200;

export class GoingRuns {
  private readonly going = new Map<string, Going>();
  private over: string | undefined;
  /** What is said while a person holds them. */
  private paused: string | undefined;

  private toldAt = 0;

  /** @param changed told some times a second while tokens come in, of whatever else at once; of nothing when nothing runs */
  constructor(private readonly changed: (progress: Progress | undefined) => void) {}

  get progress(): Progress | undefined {
    const all = [...this.going.values()];
    const [first] = all;
    if (!first) return undefined;
    const isWriting = all.some(({ tokens, message }) => tokens > 0 && message === undefined);
    const speeds = all.flatMap(({ tokensPerSecond }) => tokensPerSecond ?? []);
    return {
      run: first.run,
      runs: all.map(({ run }) => run),
      prompt: first.prompt,
      strategy: first.strategy,
      tokens: all.reduce((sum, { tokens }) => sum + tokens, 0),
      tokensPerSecond: speeds.length > 0 ? speeds.reduce((sum, speed) => sum + speed, 0) : undefined,
      message: this.paused ?? (isWriting ? undefined : all.findLast(({ message }) => message !== undefined)?.message),
      ...(this.paused === undefined ? {} : { paused: true }),
    };
  }

  /** @param message what it is busy with until it writes */
  begin(run: string, prompt: TracedPrompt, strategy: string, message: string): void {
    if (this.over !== undefined) {
      this.going.delete(this.over);
      this.paused = undefined;
    }
    this.over = undefined;
    const nothing = { tokens: 0, firstTokenAt: undefined, tokensPerSecond: undefined };
    this.going.set(run, { run, prompt, strategy, ...nothing, message });
    this.tell();
  }

  /** The last one stays as it is until another begins, or nothing is left to do: what it says would flicker else. */
  end(run: string): void {
    if (!this.going.has(run)) return;
    if (this.going.size === 1) this.over = run;
    else this.going.delete(run);
    if (this.over !== undefined) this.paused = undefined;
    this.tell();
  }

  /** Nothing is left to do. */
  rest(): void {
    this.going.clear();
    this.over = undefined;
    this.paused = undefined;
    this.tell();
  }

  /** What a run is busy with where it writes no tokens, as loading its model. */
  says(run: string, message: string): void {
    const going = this.going.get(run);
    if (!going) return;
    going.message = message;
    this.tell();
  }

  wrote(run: string, events: readonly TraceEvent[]): void {
    const going = this.going.get(run);
    const added = events.reduce((sum, event) => sum + (event.t === "tokens" ? event.text.length : 0), 0);
    if (!going || added === 0) return;
    const now = performance.now();
    going.firstTokenAt ??= now;
    going.tokens += added;
    const ms = now - going.firstTokenAt;
    going.tokensPerSecond = ms > TOO_SOON_MS ? (going.tokens * 1000) / ms : undefined;
    const isFirst = going.message !== undefined;
    going.message = undefined;
    // Tokens come faster than a person reads, and a view that is told of each falls behind.
    if (isFirst || now - this.toldAt >= TELL_MS) this.tell();
  }

  /** @param message what is said while they are held; undefined where they go on */
  hold(message: string | undefined): void {
    this.paused = this.going.size > 0 ? message : undefined;
    this.tell();
  }

  private tell(): void {
    this.toldAt = performance.now();
    this.changed(this.progress);
  }
}
