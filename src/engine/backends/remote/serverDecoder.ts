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
import type { ServerClient } from "./serverClient";
import { continues, type ServerFacts } from "./serverDiscovery";
import { requestOf } from "./serverRequest";
import { ServerPrompt } from "./serverPrompt";
import { ServerTokens } from "./serverTokens";
import { ThoughtField } from "./thoughtField";
import { AnswerTokens } from "./answerTokens";
import { l10n } from "../../../core/text/l10n";

/** Times a stream that was cut is taken up again, where the server can go on. */
const MOST_CUTS = 3;

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
  private readonly answers: AnswerTokens;

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
    this.tokenizer = new ServerTokens(facts, recorder, options.signal);
    this.prompt = new ServerPrompt(facts, recorder, this.tokenizer, options);
    this.answers = new AnswerTokens(client, facts, recorder, this.prompt, options.signal);
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

  /** Breaking out of the loop ends the request. */
  private chosen(
    maxTokens: number,
    sampling: Sampling,
    unsent: string,
  ): AsyncGenerator<ChosenToken | { finish: string }> {
    this.tellResent();
    return this.answers.of({
      request: this.request(maxTokens, sampling, unsent),
      maxTokens,
      given: this.tokens,
      tagged: ({ thinking }, text) => this.thoughts.tagged({ thinking, text }, () => this.isThinking),
    });
  }

  /** A request that goes on sends everything before it again, but for what was given since the last one. */
  private tellResent(): void {
    const tokens = this.promptTokens + this.tokens - this.givenSince;
    this.givenSince = 0;
    if (!this.prompt.unread) this.recorder.event({ t: "resent", at: this.recorder.at, tokens: Math.max(0, tokens) });
  }

  /** Whether thinking is under way in what stands: the template opened it, or text that was given goes on in it. */
  private get isThinking(): boolean {
    return isThinkingAt(this.text, { startsThinking: this.options.thinking?.opening === "template" });
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
