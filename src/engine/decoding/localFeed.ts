/**
 * How positions reach a local model: its Sequence with the distribution and the hidden state after the newest one, what a
 * feed costs, and places that a branch goes back to. What text comes of it is the decoder's.
 */
import type { Alternative } from "../../core/trace/fold";
import type { Distribution } from "./distribution";
import { contextFull, type ChosenToken } from "./decoder";
import type { DecoderOptions } from "./decoderOptions";
import type { FeedInput, FeedOptions, LanguageModel, Mark, Sequence, Step, TokenStream } from "./model";
import type { Recorder } from "./recorder";

export type LocalDecoderOptions = Omit<DecoderOptions, "seed">;

/** What a branch may overwrite before it is taken back. */
export interface Place {
  rows: Mark;
  pending: Distribution | undefined;
  hidden: Float32Array | undefined;
  chosenFrom: number;
}

/** Tokens below this log-probability are not told as alternatives: half a percent. */
const UNLIKELY = Math.log(0.005);
/** Above it, none of the others reaches that. */
const CERTAIN = Math.log(0.995);

export class LocalFeed {
  sequence: Sequence;
  /** Last hidden state after the final norm, [hidden]; only with the option `hidden`. */
  hidden: Float32Array | undefined;
  protected pending: Distribution | undefined;
  protected stream: TokenStream;
  /** Where in the text begins what the model chose since text was last given to it. */
  protected chosenFrom = 0;
  private rereadMs = 0;
  private readonly texts = new Map<number, string>();

  constructor(
    readonly model: LanguageModel,
    protected readonly recorder: Recorder,
    protected readonly options: LocalDecoderOptions,
  ) {
    this.sequence = model.newSequence();
    this.stream = model.tokenizer.stream();
  }

  get room(): number {
    const byPosition = this.model.facts.contextLength - this.sequence.length;
    const byRow = (this.options.contextTokens ?? Infinity) - this.sequence.rows;
    return Math.max(0, Math.min(byPosition, byRow));
  }

  /** Milliseconds without those in which tokens were read again, which are recorded by themselves. */
  protected now(): number {
    return performance.now() - this.rereadMs;
  }

  /** The next-token distribution, after a feed that asked for one. */
  get next(): Distribution {
    if (!this.pending) throw new Error("Nothing was fed since the last rewind.");
    return this.pending;
  }

  /** A token that the model has chosen, counted as such; its time is still to come. */
  chosen(distribution: Distribution, id: number, text: string): ChosenToken {
    this.recorder.work.wrote(1);
    const others = this.others(distribution, id);
    const [logprob, entropy] = [distribution.logprob(id), distribution.entropy()];
    return { id, text, logprob, entropy, ms: 0, ...(others.length > 0 ? { others } : {}) };
  }

  private others(distribution: Distribution, chosen: number): Alternative[] {
    const { alternatives = 0 } = this.options;
    // Where the model was all but certain there is nothing to be told, and nothing to be looked for.
    if (alternatives === 0 || distribution.logprob(chosen) > CERTAIN) return [];
    return distribution
      .top(alternatives + 1)
      .filter(([id, logprob]) => id !== chosen && logprob >= UNLIKELY)
      .slice(0, alternatives)
      .map(([id, logprob]) => [this.textOf(id), Math.exp(logprob)]);
  }

  /** What a token adds behind others. */
  private textOf(id: number): string {
    const known = this.texts.get(id);
    if (known !== undefined) return known;
    const stream = this.model.tokenizer.stream();
    const text = stream.push(id) + stream.flush();
    this.texts.set(id, text);
    return text;
  }

  /** Feeds `input` without recording it; for strategies that record their own kinds of positions. */
  async feed(input: FeedInput, options: Pick<FeedOptions, "positions" | "sees" | "distributions"> = {}): Promise<Step> {
    const step = await this.run(input, options);
    this.take(step);
    return step;
  }

  /** Feeds tokens of branches that do not see each other, whose positions overlap. What is pending stays. */
  feedBranches(
    ids: readonly number[],
    options: Required<Pick<FeedOptions, "positions" | "sees" | "distributions">>,
  ): Promise<Step> {
    return this.pass({ ids }, options);
  }

  /**
   * Soft tokens by the assistant beside the model, which reads `ids`, recorded as read by it.
   * @returns [N, hidden] and milliseconds, as `LanguageModel.softTokens`
   */
  async softTokens(file: string, ids: readonly number[]): Promise<{ vectors: Float32Array; ms: number }> {
    const written = await this.model.softTokens(file, ids);
    this.recorder.readByAuxiliary("assistant", ids.length, (ids.length * (ids.length + 1)) / 2);
    return written;
  }

  /** Writes how many rows are live after the last position. */
  recordContext(): void {
    this.recorder.event({ t: "context", at: this.recorder.at, cached: this.sequence.rows });
  }

  dispose(): void {
    this.sequence.dispose();
  }

  protected async run(
    input: FeedInput,
    options: Pick<FeedOptions, "positions" | "sees" | "distributions"> = {},
  ): Promise<Step> {
    this.checkRoom(input.ids.length);
    return this.pass(input, options);
  }

  /** The one way by which positions reach the model: what it computes is counted here. */
  private async pass(
    input: FeedInput,
    options: Pick<FeedOptions, "positions" | "sees" | "distributions">,
  ): Promise<Step> {
    this.options.signal.throwIfAborted();
    const { hidden = false, signal } = this.options;
    const step = await this.sequence.feed(input, { ...options, hidden, signal });
    this.recorder.work.read(input.ids.length - step.reused + (step.reread?.tokens ?? 0));
    if (step.reread) {
      const { tokens, ms } = step.reread;
      this.rereadMs += ms;
      this.recorder.event({ t: "prefill", at: this.recorder.at, tokens, reused: 0, ms, again: true });
    }
    return step;
  }

  protected take(step: Step): void {
    this.pending = step.distributions.at(-1);
    const width = this.model.facts.hiddenSize;
    this.hidden = step.hidden && width ? step.hidden.slice(-width) : undefined;
  }

  protected place(): Place {
    const { pending, hidden, chosenFrom } = this;
    return { rows: this.sequence.mark(), pending: pending?.copy(), hidden, chosenFrom };
  }

  protected rewindTo({ rows, pending, hidden, chosenFrom }: Place): void {
    this.sequence.rewind(rows);
    this.sequence.release(rows);
    this.pending = pending;
    this.hidden = hidden;
    this.chosenFrom = chosenFrom;
    this.stream = this.model.tokenizer.stream();
  }

  protected forget(place: Place | undefined): void {
    if (place) this.sequence.release(place.rows);
  }

  protected checkRoom(count: number, fresh = false): void {
    const limit = Math.min(this.model.facts.contextLength, this.options.contextTokens ?? Infinity);
    const room = fresh ? limit : this.room;
    if (count > room) throw contextFull(limit - room + count, limit);
  }
}
