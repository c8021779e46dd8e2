/**
 * A decoder on a completion server. The text so far is sent with every request, so going back is sending less; servers
 * with prefix caching make that cheap. Text between think tags and thoughts in a field of their own read the same.
 */
import { ActionableError } from "../../../core/protocol/rpc";
import type { Message, TokenKind } from "../../../core/trace/trace";
import { plainPrompt } from "../../tokens/chatTemplate";
import { HoldBack, sequenceNote } from "../../decoding/holdBack";
import type { Recorder } from "../../decoding/recorder";
import type { Sampling } from "../../decoding/sampling";
import { GREEDY } from "../../decoding/sampling";
import type {
  ChosenToken,
  GenerateOptions,
  Generated,
  StopReason,
  Decoder,
  DecoderMark,
  DecoderOptions,
} from "../../decoding/decoder";
import { contextFull } from "../../decoding/decoder";
import type { JsonObject } from "../../files/jsonFile";
import type { Chunk } from "./serverChunk";
import { readChunk, tokensWithText } from "./serverChunk";
import { DONE, type ServerClient } from "./serverClient";
import { garbage } from "./serverEvents";
import { CONTINUATIONS } from "./serverDialect";
import { askForLogprobs, continues, type ServerFacts } from "./serverDiscovery";
import { wordTokens } from "./serverTemplate";

/** Programs that hand variables of the template on to it. */
const TEMPLATED = ["vllm", "sglang", "llama.cpp"];
/** Characters of one token, at most, on the average of an answer. */
const LONGEST_TOKEN = 100;
/** Pieces of a stream in a row that say nothing. */
const MOST_EMPTY = 10_000;
/** Times a stream that was cut is taken up again, where the server can go on. */
const MOST_CUTS = 3;

interface Place {
  tokens: number;
  chosenFrom: number;
  inThought: boolean;
}

export class ServerDecoder implements Decoder {
  text = "";
  promptTokens = 0;
  readonly promptIds: readonly number[] = [];
  /** Tokens after the prompt that stand. */
  private tokens = 0;
  /** Where in `text` begins what the model chose since text was last given to it. */
  private chosenFrom = 0;
  /** Whether the last text came in the server's field for thoughts. */
  private inThought = false;
  private messages: readonly Message[] = [];
  private prompt: string | undefined;
  private estimated = false;
  /** What stands for the field in which a server keeps thoughts. */
  private readonly marks: { opens: string; closes: string };
  private readonly told = new Set<string>();

  constructor(
    private readonly client: ServerClient,
    private readonly facts: ServerFacts,
    private readonly recorder: Recorder,
    private readonly options: Pick<DecoderOptions, "signal" | "seed" | "contextTokens" | "stopSequences" | "thinking">,
  ) {
    const format = options.thinking?.format.opener ? options.thinking.format : this.facts.thinking.format;
    // Marks that end in a word would run into the first thought; others stand as servers leave them out, without blanks.
    const opens = /\w$/.test(format.opener) ? format.open : format.opener;
    const closes = format.answer || format.id === "harmony" ? format.close : format.closer;
    this.marks = { opens, closes };
  }

  get room(): number {
    return Math.min((this.facts.contextLength ?? Infinity) - this.promptTokens - this.tokens, this.allowed);
  }

  /** As `room`, of the context that the run was given; the server itself knows no such limit. */
  private get allowed(): number {
    return (this.options.contextTokens ?? Infinity) - this.promptTokens - this.tokens;
  }

  async prefill(messages: readonly Message[], prefix = ""): Promise<void> {
    const { template, api } = this.facts;
    this.messages = messages;
    this.prompt =
      api === "completions"
        ? ((await template?.(messages, this.options.signal, this.options.thinking?.variables)) ?? plainPrompt(messages))
        : undefined;
    this.text = "";
    this.tokens = 0;
    this.chosenFrom = 0;
    this.inThought = false;
    const started = performance.now();
    // A request for one token, which is thrown away: it tells the prompt's length and time, and warms the cache.
    const answer = readChunk(
      await this.facts.dialect.ask(this.body(1, GREEDY), (words) =>
        this.client.json(this.facts.path, this.options.signal, words),
      ),
    );
    this.promptTokens =
      answer.promptTokens ?? (await this.count(this.prompt ?? messages.map(({ content }) => content).join("\n")));
    if (this.allowed < 0) throw contextFull(this.promptTokens, this.options.contextTokens!);
    this.recorder.event({
      t: "prefill",
      at: this.recorder.at,
      tokens: this.promptTokens,
      reused: 0,
      ms: performance.now() - started,
    });
    this.recordContext();
    if (prefix) await this.force(prefix);
  }

  async force(text: string, kind: TokenKind = "forced"): Promise<void> {
    if (text === "") return;
    if (!continues(this.facts)) throw cannotContinue(this.client.host);
    for (const token of await this.split(text)) {
      this.recorder.token({ ...token, kind });
      this.tokens += 1;
    }
    this.text += text;
    this.chosenFrom = this.text.length;
    this.inThought = false;
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
    };
    for (let cuts = 0; stoppedBy === undefined;) {
      const left = Math.min(options.maxTokens - tokens.length, this.allowed) - held.length;
      if (left <= 0) break;
      const unsent = held.map((token) => token.text).join("");
      try {
        for await (const part of this.chosen(left, options.sampling ?? GREEDY, unsent)) {
          if ("finish" in part) {
            stoppedBy = part.finish !== "length" ? "end" : this.room > 1 ? "budget" : "context";
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
    const place: Place = { tokens: this.tokens, chosenFrom: this.chosenFrom, inThought: this.inThought };
    return { textLength: this.text.length, inner: place };
  }

  rewind(mark: DecoderMark): void {
    const { tokens, chosenFrom, inThought } = mark.inner as Place;
    this.chosenFrom = chosenFrom;
    this.text = this.text.slice(0, mark.textLength);
    this.tokens = tokens;
    this.inThought = inThought;
    this.recordContext();
  }

  dispose(): void {
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
    let last = performance.now();
    let [count, characters, empty] = [0, 0, 0];
    try {
      for await (const value of this.opened(maxTokens, sampling, unsent, signal)) {
        if (value === DONE) return yield { finish: "stop" };
        const chunk = readChunk(value);
        if (chunk.error !== undefined) throw saidError(this.client.host, chunk.error);
        const now = performance.now();
        const tokens = tokensWithText(chunk, this.tagged(chunk));
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
        if (chunk.finish !== undefined) yield { finish: chunk.finish };
      }
      if (count === 0) throw this.client.cutShort();
      this.tellOnce("The server ended its answer without a reason: it may have been cut.");
      yield { finish: "stop" };
    } finally {
      ended.abort();
    }
  }

  /** The stream of a completion, asked for in words that the server takes. */
  private async *opened(
    maxTokens: number,
    sampling: Sampling,
    unsent: string,
    signal: AbortSignal,
  ): AsyncGenerator<unknown> {
    const { dialect, path } = this.facts;
    const body = { ...this.body(maxTokens, sampling, unsent), stream: true };
    const stream = await dialect.ask(body, async (words) => {
      const stream = this.client.stream(path, signal, words, maxTokens);
      // What refuses does so before the first piece.
      return { stream, first: await stream.next() };
    });
    const ignored = dialect.leftOut.filter((name) => ["temperature", "top_p", "top_k", "seed"].includes(name));
    if (ignored.length > 0)
      this.tellOnce(`The server does not take ${ignored.join(", ")}: it chooses tokens by settings of its own.`);
    try {
      if (stream.first.done) return;
      yield stream.first.value;
      yield* stream.stream;
    } finally {
      await stream.stream.return(undefined);
    }
  }

  private tellOnce(message: string): void {
    if (!this.told.has(message)) this.recorder.note("warning", message);
    this.told.add(message);
  }

  /** The text of a chunk, with marks around thoughts that came in a field of their own. */
  private tagged({ thinking, text }: Chunk): string {
    let tagged = "";
    if (thinking !== "") tagged += (this.inThought ? "" : this.marks.opens) + thinking;
    if (text !== "") tagged += (this.inThought || thinking !== "" ? this.marks.closes : "") + text;
    if (tagged !== "") this.inThought = text === "";
    return tagged;
  }

  private body(maxTokens: number, sampling: Sampling, unsent = ""): JsonObject {
    const { api, model, kind, logprobs } = this.facts;
    return {
      model,
      ...this.input(this.text + unsent),
      ...this.variables(),
      max_tokens: maxTokens,
      ...(logprobs ? askForLogprobs(api) : {}),
      temperature: sampling.temperature,
      // TGI takes the nucleus of everything for an error; others have a default of their own.
      ...(kind === "tgi" && sampling.topP >= 1 ? {} : { top_p: sampling.topP }),
      ...(sampling.topK > 0 ? { top_k: sampling.topK } : {}),
      seed: this.options.seed,
    };
  }

  private input(text: string): JsonObject {
    const { continuation } = this.facts;
    if (this.prompt !== undefined) return { prompt: this.prompt + text };
    if (text === "") return { messages: this.messages };
    const { request, turn } = CONTINUATIONS[continuation ?? "last-turn"];
    return {
      messages: [...this.messages, { role: "assistant", content: this.opener(text) + text, ...turn }],
      ...request,
    };
  }

  /** What the template writes where the answer begins, and leaves out where a turn is given. */
  private opener(text: string): string {
    const { thinking } = this.options;
    if (thinking?.opening !== "template" || text.trimStart().startsWith(thinking.format.opener)) return "";
    return thinking.format.open;
  }

  /** Variables of the template: a prompt that was made with them has them already. */
  private variables(): JsonObject {
    const variables = this.options.thinking?.variables ?? {};
    if (this.prompt !== undefined || Object.keys(variables).length === 0) return {};
    if (!TEMPLATED.includes(this.facts.kind)) return variables;
    const { reasoning_effort: effort } = variables;
    return { chat_template_kwargs: variables, ...(effort === undefined ? {} : { reasoning_effort: effort }) };
  }

  private keep(token: ChosenToken): void {
    this.recorder.token(token);
    this.tokens += 1;
    this.text += token.text;
  }

  private async count(text: string): Promise<number> {
    return (await this.split(text)).length;
  }

  private async split(text: string): Promise<{ id: number | undefined; text: string }[]> {
    if (this.facts.tokenize) return this.facts.tokenize(text, this.options.signal);
    if (!this.estimated)
      this.recorder.note("info", "The server does not tokenize: text that was given is counted by words.");
    this.estimated = true;
    return wordTokens(text);
  }

  private recordContext(): void {
    this.recorder.event({ t: "context", at: this.recorder.at, cached: this.promptTokens + this.tokens });
  }
}

const cannotContinue = (host: string) =>
  new ActionableError(
    "server-cannot-continue",
    `The server at ${host} cannot go on from a given beginning of an answer.`,
    "Choose a strategy that only prompts, or a server with text completions.",
  );

const saidError = (host: string, message: string) =>
  new ActionableError(
    "server-failed",
    `The server at ${host} failed: ${message.slice(0, 200).replace(/\.$/, "")}.`,
    "Look into the server's log.",
  );
