/** A decoder over a local model that begins with kept text: it reads that in one pass, and chooses from there. */
import type { TokenKind } from "../../core/trace/trace";
import type { ChosenToken, DecoderMark, GenerateOptions, Generated } from "./decoder";
import { goOn, type KeptText, type KeptToken } from "./keptText";
import { LocalDecoder } from "./localDecoder";
import type { LocalDecoderOptions } from "./localFeed";
import type { FeedInput, FeedOptions, LanguageModel, Step } from "./model";
import type { Recorder } from "./recorder";

class BranchDecoder extends LocalDecoder {
  /** Whether the cache holds the rows of all that is kept, though not all of it stands yet. */
  private isAhead = false;
  private readonly kept: KeptText;
  /** Rows that a prompt which need not be read would have by now, with the text behind it. */
  private passed: number | undefined;

  constructor(model: LanguageModel, recorder: Recorder, options: LocalDecoderOptions & { kept: KeptText }) {
    super(model, recorder, options);
    this.kept = options.kept;
  }

  /** Rows of kept text that does not stand yet. */
  private get rowsAhead(): number {
    return this.isAhead ? this.kept.ahead.length : 0;
  }

  override get room(): number {
    if (this.passed === undefined) return super.room + this.rowsAhead;
    const limit = Math.min(this.model.facts.contextLength, this.options.contextTokens ?? Infinity);
    return Math.max(0, limit - this.passed);
  }

  override async prefillIds(ids: readonly number[], soft?: Float32Array): Promise<void> {
    const isRead = this.kept.begin();
    this.passed = isRead ? undefined : ids.length;
    if (!isRead) {
      this.recorder.beginText();
      this.text = "";
      this.chosenFrom = 0;
      this.promptTokens = ids.length;
      this.promptIds = [];
      return;
    }
    const ahead = soft ? [] : this.kept.ahead;
    this.isAhead = ahead.length > 0;
    await super.prefillIds(ids, soft, ahead);
  }

  protected override async forceIds(ids: readonly number[], text: string, kind: TokenKind): Promise<void> {
    if (this.kept.isOver) return super.forceIds(ids, text, kind);
    const given = this.kept.given(text);
    const { taken, left } = given ?? { taken: [], left: text };
    if (left !== "" && taken.length > 0 && this.kept.readsTokens) {
      // The parent read this text in one pass, in the middle of which it is gone on from.
      for (const entry of taken) this.kept.record(entry, this.put);
      return super.forceIds(ids.slice(taken.length), left, kind, ids.slice(0, taken.length));
    }
    await this.stand(given?.taken ?? this.kept.rest());
    if (left !== "") await super.forceIds(ids.slice(taken.length), left, kind);
  }

  override async accept(held: readonly ChosenToken[]): Promise<void> {
    if (this.kept.isOver) return super.accept(held);
    return this.stand(this.kept.held(held.length));
  }

  override async generate(options: GenerateOptions): Promise<Generated> {
    if (options.aside) return super.generate(options);
    if (this.kept.isOver) {
      this.kept.finish();
      return super.generate(options);
    }
    const { tokens, text, held, stoppedBy } = this.kept.follow(options, this.put, () => void this.options.random());
    const ids = tokens.map(({ id }) => id!);
    for (const pass of this.kept.readsTokens ? ids.map((id) => [id]) : [ids]) await this.read(pass);
    if (stoppedBy) return { text: text + this.unfinished(tokens), tokens, held, stoppedBy };
    this.kept.finish();
    return goOn(options, { text, tokens }, (rest) => super.generate(rest));
  }

  override async feed(
    input: FeedInput,
    options: Pick<FeedOptions, "positions" | "sees" | "distributions"> = {},
  ): Promise<Step> {
    this.kept.computed();
    return super.feed(input, options);
  }

  override mark(): DecoderMark {
    if (this.isAhead && !this.kept.isOver) throw new Error("What is kept was read ahead of this place.");
    return super.mark();
  }

  override recordContext(): void {
    this.recorder.event({ t: "context", at: this.recorder.at, cached: this.sequence.rows - this.rowsAhead });
  }

  private readonly put = (token: ChosenToken, kind: "text" | "forced"): void => {
    this.recorder.token({ ...token, kind });
    this.text += token.text;
    if (this.passed !== undefined) this.passed += 1;
    if (kind === "forced") this.chosenFrom = this.text.length;
  };

  /** A call that ends inside a character adds what there is of it to the text, of which no token tells. */
  private unfinished(tokens: readonly ChosenToken[]): string {
    if (tokens.at(-1)?.text !== "") return "";
    const stream = this.model.tokenizer.stream();
    const from = tokens.findLastIndex(({ text }) => text !== "") + 1;
    for (const { id } of tokens.slice(from)) stream.push(id!);
    const rest = stream.flush();
    this.text += rest;
    return rest;
  }

  private async stand(entries: readonly KeptToken[]): Promise<void> {
    for (const entry of entries) this.kept.record(entry, this.put);
    await this.read(entries.map(({ id }) => id!));
  }

  /** Has the model read what stands now, where it has not read it ahead. */
  private async read(ids: readonly number[]): Promise<void> {
    if (this.isAhead || this.passed !== undefined || ids.length === 0) return;
    this.take(await this.run({ ids }));
    this.stream = this.model.tokenizer.stream();
  }
}

/** A decoder over a local model, which begins with what is kept where anything is. */
export function localDecoder(model: LanguageModel, recorder: Recorder, options: LocalDecoderOptions): LocalDecoder {
  const { kept } = options;
  return kept ? new BranchDecoder(model, recorder, { ...options, kept }) : new LocalDecoder(model, recorder, options);
}
