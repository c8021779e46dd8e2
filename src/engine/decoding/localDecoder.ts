/** The decode loop: a Decoder over a local model's Sequence, with everything it feeds recorded. */
import { ActionableError } from "../../core/protocol/rpc";
import type { Message, TokenKind } from "../../core/trace/trace";
import type { Distribution } from "./distribution";
import { HoldBack, sequenceNote } from "./holdBack";
import { LocalFeed, type Place } from "./localFeed";
import { choose, GREEDY } from "./sampling";
import type { ChosenToken, Decoder, DecoderMark, GenerateOptions, Generated, StopReason } from "./decoder";

/** A token that is not to stand yet, and the place before it once it was fed. */
interface HeldToken {
  token: ChosenToken;
  place: Place | undefined;
}

export class LocalDecoder extends LocalFeed implements Decoder {
  text = "";
  promptTokens = 0;
  /** Prompt ids of the last prefill, none where soft tokens stood among them: a later one may go on from their rows. */
  promptIds: readonly number[] = [];

  async prefill(messages: readonly Message[], prefix = ""): Promise<void> {
    const ids = this.chatIds(messages);
    const joined = prefix !== "" && this.options.conversation === "joined" ? this.chatIds(messages, prefix) : undefined;
    if (!joined) {
      await this.prefillIds(ids);
      return this.force(prefix);
    }
    // Where nothing stands between them, a token may reach from the prompt into what follows it.
    const differs = joined.findIndex((id, index) => id !== ids[index]);
    await this.prefillIds(joined.slice(0, differs));
    await this.forceIds(joined.slice(differs), prefix, "forced");
  }

  /** The ids of a conversation as this run writes it out. */
  chatIds(messages: readonly Message[], prefix = ""): number[] {
    const { tokenizer } = this.model;
    const { thinking, conversation } = this.options;
    return tokenizer.encode(tokenizer.chat(messages, thinking?.variables, conversation) + prefix);
  }

  /**
   * Reads a prompt given as ids, reusing the rows of an equal beginning where the decoder was filled before.
   * @param ahead ids of text behind the prompt that are read in the same pass; somebody else records them
   */
  async prefillIds(ids: readonly number[], soft?: Float32Array, ahead: readonly number[] = []): Promise<void> {
    if (ids.length === 0)
      throw new ActionableError("prompt-empty", "The prompt is empty.", "Write a prompt and trace it again.");
    this.checkRoom(ids.length + ahead.length, true);
    const started = this.now();
    const reused = soft ? 0 : this.reusable(ids);
    if (reused > 0) this.sequence.rewind({ length: reused, rows: reused });
    else if (this.sequence.length > 0) {
      this.sequence.dispose();
      this.sequence = this.model.newSequence();
    }
    this.text = "";
    this.chosenFrom = 0;
    this.promptTokens = ids.length;
    const step = await this.run(soft ? { ids, soft } : { ids: [...ids.slice(reused), ...ahead] });
    this.promptIds = soft ? [] : ids;
    this.take(step);
    this.recorder.work.gaveBack(reused, false);
    this.recorder.work.gaveBack(step.reused, this.recorder.trace.prefills.length === 0);
    this.recorder.event({
      t: "prefill",
      at: this.recorder.at,
      tokens: ids.length,
      reused: Math.min(ids.length, reused + step.reused),
      ms: this.now() - started,
      ...(soft ? { soft: ids.flatMap((id, place) => (id === -1 ? [place] : [])) } : {}),
    });
    this.recordContext();
  }

  async force(text: string, kind: TokenKind = "forced"): Promise<void> {
    const ids = this.model.tokenizer.encode(text);
    if (ids.length > 0) await this.forceIds(ids, text, kind);
  }

  /**
   * @param text what they add to the answer
   * @param unread ids before them that stand already, and are read in the same pass
   */
  protected async forceIds(
    ids: readonly number[],
    text: string,
    kind: TokenKind,
    unread: readonly number[] = [],
  ): Promise<void> {
    this.stream = this.model.tokenizer.stream();
    const before = unread.length > 0 ? undefined : this.pending;
    const first = before && { logprob: before.logprob(ids[0]!), entropy: before.entropy() };
    const started = this.now();
    const step = await this.run({ ids: [...unread, ...ids] });
    const ms = (this.now() - started) / ids.length;
    ids.forEach((id, index) => {
      const piece = this.stream.push(id) + (index === ids.length - 1 ? this.stream.flush() : "");
      this.recorder.token({ id, text: piece, kind, ms, ...(index === 0 ? first : {}) });
    });
    this.text += text;
    this.chosenFrom = this.text.length;
    this.take(step);
  }

  async accept(held: readonly ChosenToken[]): Promise<void> {
    if (held.length === 0) return;
    const started = this.now();
    const step = await this.run({ ids: held.map((token) => token.id!) });
    const ms = (this.now() - started) / held.length;
    for (const token of held) {
      this.recorder.token({ ...token, ms });
      this.text += token.text;
    }
    this.take(step);
  }

  /** Goes on after tokens whose rows a branch left in the cache already; `next` is the distribution after them. */
  adopt(tokens: readonly ChosenToken[], next: Distribution): void {
    for (const token of tokens) {
      this.recorder.token(token);
      this.text += token.text;
    }
    this.stream = this.model.tokenizer.stream();
    this.pending = next;
    this.recordContext();
  }

  get stopSequences(): readonly string[] {
    return this.options.stopSequences ?? [];
  }

  async generate(options: GenerateOptions): Promise<Generated> {
    const sampling = options.sampling ?? GREEDY;
    const ends = this.model.tokenizer.endIds;
    const sequences = options.aside ? [] : this.stopSequences;
    const hold = new HoldBack(options.transitions ?? [], sequences, this.text.slice(this.chosenFrom));
    const tokens: ChosenToken[] = [];
    let held: HeldToken[] = [];
    let text = "";
    let stoppedBy: StopReason = "budget";
    const keep = (token: ChosenToken): boolean => {
      tokens.push(token);
      text += token.text;
      this.text += token.text;
      this.recorder.token(this.hidden ? { ...token, hidden: this.hidden } : token);
      options.onToken?.(token);
      return options.stop?.(text, token) ?? false;
    };
    const keepHeld = (): void => {
      for (const { token, place } of held) {
        this.forget(place);
        keep(token);
      }
    };
    while (tokens.length + held.length < options.maxTokens) {
      const { signal, steering } = this.options;
      signal.throwIfAborted();
      if (steering?.isAsked && !options.aside) await steering.turn(signal, keepHeld);
      if (this.room <= 0) {
        stoppedBy = "context";
        break;
      }
      const started = this.now();
      const distribution = this.next;
      const id = choose(distribution, sampling, this.options.random);
      if (ends.includes(id)) {
        stoppedBy = "end";
        break;
      }
      if (options.before?.includes(id)) {
        keepHeld();
        const rest = this.stream.flush();
        this.text += rest;
        const named = this.chosen(distribution, id, this.model.tokenizer.decode([id]));
        return { text: text + rest, tokens, stoppedBy: "transition", held: [named] };
      }
      const token = this.chosen(distribution, id, this.stream.push(id));
      held.push({ token, place: undefined });
      const { stands, found } = hold.judge(
        held.map((each) => each.token),
        text,
      );
      if (found) {
        token.ms = this.now() - started;
        const dropped = held.splice(stands);
        for (const each of held) keep(each.token);
        this.takeBack(dropped);
        if (found.by === "transition")
          return { text, tokens, stoppedBy: "transition", held: dropped.map((each) => each.token) };
        // A token that the sequence begins in the middle of stands with its part before.
        const cut = found.before === "" ? [] : [{ ...dropped[0]!.token, text: found.before }];
        await this.accept(cut);
        this.recorder.note("info", sequenceNote(found.sequence));
        return {
          ...{ text: text + found.before, tokens: [...tokens, ...cut], held: [] },
          ...{ stoppedBy: "end", sequence: found.sequence },
        };
      }
      if (stands < held.length) held.at(-1)!.place = this.place();
      this.take(await this.run({ ids: [id] }));
      token.ms = this.now() - started;
      let stop = false;
      for (const { token, place } of held.splice(0, stands)) {
        this.forget(place);
        stop = keep(token) || stop;
      }
      const isLooping = !options.aside && this.recorder.stoppingLoop !== undefined;
      if (stop || isLooping) {
        stoppedBy = stop ? "stop" : "repetition";
        this.takeBack(held);
        held = [];
        break;
      }
    }
    keepHeld();
    const rest = this.stream.flush();
    if (rest) {
      text += rest;
      this.text += rest;
    }
    return { text, tokens, stoppedBy, held: [] };
  }

  /** Takes tokens that were held back out of the cache; the newest may not have been fed. */
  private takeBack([first, ...others]: readonly HeldToken[]): void {
    for (const { place } of others) this.forget(place);
    if (first?.place) this.rewindTo(first.place);
  }

  mark(): DecoderMark {
    return { textLength: this.text.length, inner: this.place() };
  }

  rewind(mark: DecoderMark): void {
    this.text = this.text.slice(0, mark.textLength);
    this.rewindTo(mark.inner as Place);
    this.recordContext();
  }

  /** How many leading prompt rows of the decoder's sequence serve `ids` as well; at least one id is left to feed. */
  private reusable(ids: readonly number[]): number {
    if (!this.model.has("cache-rewind") || this.sequence.rows !== this.sequence.length) return 0;
    let same = 0;
    while (same < this.promptIds.length && same < ids.length - 1 && this.promptIds[same] === ids[same]) same++;
    return this.sequence.reachable(same);
  }
}
