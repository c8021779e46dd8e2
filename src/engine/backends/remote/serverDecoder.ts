/**
 * A decoder on a completion server. The text so far is sent with every request, so going back is sending less; servers
 * with prefix caching make that cheap. Text between think tags and thoughts in a field of their own read the same.
 */
import { ActionableError } from "../../../core/protocol/rpc";
import { isCutReason } from "../../../core/text/finishReason";
import { isThinkingAt } from "../../../core/text/segment";
import type { Message, TokenKind } from "../../../core/trace/trace";
import { HoldBack, sequenceNote } from "../../decoding/holdBack";
import type { Recorder } from "../../decoding/recorder";
import type { Sampling } from "../../decoding/sampling";
import { GREEDY } from "../../decoding/sampling";
import type { ChosenToken, GenerateOptions, Generated, StopReason, Decoder, DecoderMark } from "../../decoding/decoder";
import type { DecoderOptions } from "../../decoding/decoderOptions";
import { contextFull } from "../../decoding/decoder";
import type { JsonObject } from "../../files/jsonFile";
import type { Chunk } from "./serverChunk";
import { readChunk, tokensOfText } from "./serverChunk";
import { DONE, type ServerClient } from "./serverClient";
import { garbage } from "./serverEvents";
import { endNote, openAnswer } from "./serverAnswer";
import { Echo } from "./serverEcho";
import { continues, type ServerFacts } from "./serverDiscovery";
import { repeatedOf, requestOf } from "./serverRequest";
import { ServerPrompt } from "./serverPrompt";
import { ServerTokens } from "./serverTokens";
import { AnswerUsage } from "./serverUsage";
import { ThoughtField } from "./thoughtField";
import { l10n } from "../../../core/text/l10n";

/** Fields of a request that say how tokens are chosen. */
const SAMPLING = ["temperature", "top_p", "top_k", "min_p", "seed"];
/** Characters of one token, at most, on the average of an answer. */
const LONGEST_TOKEN = 100;
/** Pieces of a stream in a row that say nothing. */
const MOST_EMPTY = 10_000;
/** Times a stream that was cut is taken up again, where the server can go on. */
const MOST_CUTS = 3;
/** Milliseconds that a server has for its count of tokens once its answer is over. */
const COUNT_MS = 2000;
/** Why a request that is answered is ended. Without one, each would make an error of its own, with the calls that led to it. */
const ENDED = new Error("The answer is over.");

interface Place {
  tokens: number;
  chosenFrom: number;
  inThought: boolean;
}

export class ServerDecoder implements Decoder {
  text = "";
  readonly promptIds: readonly number[] = [];
  /** Tokens after the prompt that stand. */
  protected tokens = 0;
  /** Where in `text` begins what the model chose since text was last given to it. */
  protected chosenFrom = 0;
  private readonly prompt: ServerPrompt;
  /** Tokens that were given since the last request. */
  protected givenSince = 0;
  private readonly thoughts: ThoughtField;
  private readonly tokenizer: ServerTokens;
  private readonly told = new Set<string>();
  /** Whether its count of tokens is waited for once an answer is over; llama.cpp sends it with the last piece. */
  private waitsForUsage: boolean;

  constructor(
    private readonly client: ServerClient,
    private readonly facts: ServerFacts,
    protected readonly recorder: Recorder,
    private readonly options: Pick<
      DecoderOptions,
      "signal" | "seed" | "contextTokens" | "stopSequences" | "thinking" | "conversation" | "alternatives" | "steering"
    >,
  ) {
    this.thoughts = new ThoughtField(facts, options.thinking);
    this.waitsForUsage = facts.kind !== "llama.cpp";
    this.tokenizer = new ServerTokens(facts, recorder, options.signal);
    this.prompt = new ServerPrompt(facts, recorder, this.tokenizer, options);
  }

  get promptTokens(): number {
    return this.prompt.tokens;
  }

  get room(): number {
    return Math.min((this.facts.contextLength ?? Infinity) - this.promptTokens - this.tokens, this.allowed);
  }

  /** As `room`, of the context that the run was given; the server itself knows no such limit. */
  private get allowed(): number {
    return (this.options.contextTokens ?? Infinity) - this.promptTokens - this.tokens;
  }

  async prefill(messages: readonly Message[], prefix = ""): Promise<void> {
    await this.prompt.begin(messages);
    this.text = "";
    this.tokens = 0;
    this.chosenFrom = 0;
    this.thoughts.isOpen = false;
    if (this.allowed < 0) throw contextFull(this.promptTokens, this.options.contextTokens!);
    if (prefix) await this.force(prefix);
  }

  async force(text: string, kind: TokenKind = "forced"): Promise<void> {
    if (text === "") return;
    if (!continues(this.facts)) throw cannotContinue(this.client.host);
    for (const token of await this.tokenizer.split(text)) {
      this.recorder.token({ ...token, kind });
      this.tokens += 1;
      this.givenSince += 1;
    }
    this.text += text;
    this.chosenFrom = this.text.length;
    this.thoughts.isOpen = false;
  }

  async accept(held: readonly ChosenToken[]): Promise<void> {
    for (const token of held) this.keep(token);
  }

  async generate(options: GenerateOptions): Promise<Generated> {
    const tokens: ChosenToken[] = [];
    let text = "";
    let held: ChosenToken[] = [];
    let stoppedBy: StopReason | undefined;
    const sequences = options.aside ? [] : (this.options.stopSequences ?? []);
    const hold = new HoldBack(options.transitions ?? [], sequences, this.text.slice(this.chosenFrom));
    const stand = (token: ChosenToken): void => {
      tokens.push(token);
      text += token.text;
      this.keep(token);
      options.onToken?.(token);
      if (options.stop?.(text, token)) stoppedBy ??= "stop";
      if (!options.aside && this.recorder.stoppingLoop) stoppedBy ??= "repetition";
    };
    const { steering, signal } = this.options;
    const isSteered = (): boolean => steering?.isAsked === true && !options.aside;
    for (let cuts = 0; stoppedBy === undefined;) {
      if (isSteered()) await steering!.turn(signal, () => held.forEach(stand));
      const left = Math.min(options.maxTokens - tokens.length, this.allowed) - held.length;
      if (left <= 0) break;
      const unsent = held.map((token) => token.text).join("");
      try {
        for await (const part of this.chosen(left, options.sampling ?? GREEDY, unsent)) {
          if ("finish" in part) {
            stoppedBy = !isCutReason(part.finish) ? "end" : this.room > 1 ? "budget" : "context";
            break;
          }
          held.push(part);
          const { stands, found } = hold.judge(held, text);
          held.splice(0, stands).forEach(stand);
          if (found?.by === "transition") return { text, tokens, stoppedBy: "transition", held };
          if (found) {
            // A token that the sequence begins in the middle of stands with its part before.
            if (found.before !== "") stand({ ...held[0]!, text: found.before });
            this.recorder.note("info", sequenceNote(found.sequence));
            return { text, tokens, stoppedBy: "end", sequence: found.sequence, held: [] };
          }
          if (stoppedBy) {
            held = [];
            break;
          }
          // A server that goes on from a beginning is not kept waiting: it is asked anew.
          if (isSteered() && continues(this.facts)) break;
          if (isSteered()) await steering!.turn(signal, () => held.forEach(stand));
        }
      } catch (error) {
        const cut = error instanceof ActionableError && ["server-silent", "server-unreachable"].includes(error.code);
        if (!cut || !continues(this.facts) || ++cuts > MOST_CUTS) throw error;
        this.recorder.note("warning", "The server broke off; its answer was taken up again from there.");
      }
    }
    held.forEach(stand);
    return { text, tokens, stoppedBy: stoppedBy ?? (this.allowed <= 0 ? "context" : "budget"), held: [] };
  }

  mark(): DecoderMark {
    const place: Place = { tokens: this.tokens, chosenFrom: this.chosenFrom, inThought: this.thoughts.isOpen };
    return { textLength: this.text.length, inner: place };
  }

  rewind(mark: DecoderMark): void {
    const { tokens, chosenFrom, inThought } = mark.inner as Place;
    this.chosenFrom = chosenFrom;
    this.text = this.text.slice(0, mark.textLength);
    this.tokens = tokens;
    this.thoughts.isOpen = inThought;
    this.recordContext();
  }

  dispose(): void {
    this.prompt.close();
    this.text = "";
  }

  /** Tokens as the server sends them, then why it ended. Breaking out of the loop ends the request. */
  private async *chosen(
    maxTokens: number,
    sampling: Sampling,
    unsent: string,
  ): AsyncGenerator<ChosenToken | { finish: string }> {
    const ended = new AbortController();
    const signal = AbortSignal.any([this.options.signal, ended.signal]);
    const { unread } = this.prompt;
    const isFirst = unread !== undefined && this.recorder.trace.prefills.length === 0;
    const usage = new AnswerUsage(this.recorder.work);
    const given = this.tokens;
    this.tellResent();
    let last = performance.now();
    let [count, characters, empty] = [0, 0, 0];
    let finish: string | undefined;
    let waiting: NodeJS.Timeout | undefined;
    try {
      const request = this.request(maxTokens, sampling, unsent);
      const echo = new Echo(repeatedOf(this.facts, request));
      for await (const value of openAnswer(this.client, this.facts, request, { maxTokens, signal })) {
        this.tellIgnored();
        if (value === DONE) {
          finish ??= "stop";
          break;
        }
        const chunk = readChunk(value);
        if (chunk.error !== undefined) throw this.client.errorOfAnswer(value, chunk.error);
        usage.take(chunk);
        const now = performance.now();
        const tokens = tokensOfText(chunk, this.tagged(chunk, echo));
        if (unread && chunk.promptTokens !== undefined) unread.tokens ??= Math.max(0, chunk.promptTokens - given);
        if (unread && chunk.usage) unread.reused = chunk.usage.cached;
        if (unread && !unread.wasRead && (tokens.length > 0 || chunk.finish !== undefined)) {
          // Until its first token the server was reading.
          unread.read(now - last);
          last = now;
          if (unread.tokens !== undefined) await this.prompt.tell();
        }
        empty = tokens.length === 0 ? empty + 1 : 0;
        if (empty > MOST_EMPTY) throw garbage("nothing but empty pieces");
        for (const token of tokens) {
          // A server may not know the limit that it was given.
          if (count >= maxTokens || characters > maxTokens * LONGEST_TOKEN) return yield { finish: "length" };
          count += 1;
          characters += token.text.length;
          yield { ...token, entropy: undefined, ms: (now - last) / tokens.length };
        }
        if (tokens.length > 0) last = now;
        finish ??= chunk.finish;
        if (finish === undefined) continue;
        const isCounted = usage.isWhole || !this.isAskedToCount;
        if (isCounted && (!unread || unread.tokens !== undefined)) break;
        waiting ??= setTimeout(() => {
          this.waitsForUsage = false;
          ended.abort(ENDED);
        }, COUNT_MS);
      }
    } catch (error) {
      // An answer that is whole is no worse without the count that should have followed.
      if (finish === undefined || this.options.signal.aborted) throw error;
    } finally {
      clearTimeout(waiting);
      ended.abort(ENDED);
      usage.close(isFirst);
    }
    if (finish === undefined) {
      if (count === 0) throw this.client.cutShort();
      this.tellOnce("The server ended its answer without a reason: it may have been cut.");
    }
    const note = finish === undefined ? undefined : endNote(finish);
    if (note !== undefined) this.tellOnce(note);
    await this.prompt.tell();
    yield { finish: finish ?? "stop" };
  }

  private get isAskedToCount(): boolean {
    return this.waitsForUsage && !this.facts.dialect.leftOut.includes("stream_options");
  }

  /** A request that goes on sends everything before it again, but for what was given since the last one. */
  private tellResent(): void {
    const tokens = this.promptTokens + this.tokens - this.givenSince;
    this.givenSince = 0;
    if (!this.prompt.unread) this.recorder.event({ t: "resent", at: this.recorder.at, tokens: Math.max(0, tokens) });
  }

  private tellIgnored(): void {
    const ignored = this.facts.dialect.leftOut.filter((name) => SAMPLING.includes(name));
    if (ignored.length > 0)
      this.tellOnce(`The server does not take ${ignored.join(", ")}: it chooses tokens by settings of its own.`);
    for (const change of this.facts.dialect.changes) this.tellOnce(change);
  }

  private tellOnce(message: string): void {
    if (!this.told.has(message)) this.recorder.note("warning", message);
    this.told.add(message);
  }

  /** Whether thinking is under way in what stands: the template opened it, or text that was given goes on in it. */
  private get isThinking(): boolean {
    return isThinkingAt(this.text, { startsThinking: this.options.thinking?.opening === "template" });
  }

  private tagged({ thinking, text }: Chunk, echo: Echo): [string, string] {
    return this.thoughts.tagged({ thinking, text: echo.without(text) }, () => this.isThinking);
  }

  private request(maxTokens: number, sampling: Sampling, unsent: string): JsonObject {
    const { messages, text: prompt } = this.prompt;
    const { seed, thinking, alternatives = 0 } = this.options;
    const text = this.text + unsent;
    return requestOf(this.facts, { messages, prompt, text, maxTokens, sampling, seed, thinking, alternatives });
  }

  private keep(token: ChosenToken): void {
    this.recorder.token(token);
    this.tokens += 1;
    this.text += token.text;
  }

  private recordContext(): void {
    if (this.prompt.unread) return this.prompt.unread.rewound(this.tokens);
    this.recorder.event({ t: "context", at: this.recorder.at, cached: this.promptTokens + this.tokens });
  }
}

const cannotContinue = (host: string) =>
  new ActionableError(
    "server-cannot-continue",
    l10n.later`The server at ${host} cannot go on from a given beginning of an answer.`,
    "Choose a strategy that only prompts, or a server with text completions.",
  );
