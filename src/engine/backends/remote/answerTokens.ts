/**
 * The tokens of one server answer after another, and why each ended: what is counted, waited for and said about it on the way. How they
 * come to stand is the decoder's.
 */
import type { Recorder } from "../../decoding/recorder";
import type { ChosenToken } from "../../decoding/decoder";
import type { JsonObject } from "../../files/jsonFile";
import { endNote, openAnswer } from "./serverAnswer";
import { readChunk, tokensOfText, type Chunk } from "./serverChunk";
import { DONE, type ServerClient } from "./serverClient";
import type { ServerFacts } from "./serverDiscovery";
import { Echo } from "./serverEcho";
import { garbage } from "./serverEvents";
import type { ServerPrompt } from "./serverPrompt";
import { repeatedOf } from "./serverRequest";
import { AnswerUsage } from "./serverUsage";

/** Fields of a request that say how tokens are chosen. */
const SAMPLING = ["temperature", "top_p", "top_k", "min_p", "seed"];
/** Characters of one token, at most, on the average of an answer. */
const LONGEST_TOKEN = 100;
/** Pieces of a stream in a row that say nothing. */
const MOST_EMPTY = 10_000;
/** Milliseconds that a server has for its count of tokens once its answer is over. */
const COUNT_MS = 2000;
/** Why a request that is answered is ended. Without one, each would make an error of its own, with the calls that led to it. */
const ENDED = new Error("The answer is over.");

export interface AnswerOrder {
  request: JsonObject;
  maxTokens: number;
  /** Tokens behind the prompt that the request brings with it. */
  given: number;
  /** A piece's thinking and text, with tags where thinking came in a field of its own. @param said its text without what it repeats */
  tagged(chunk: Chunk, said: string): [string, string];
}

export class AnswerTokens {
  private readonly told = new Set<string>();
  /** Whether its count of tokens is waited for once an answer is over; llama.cpp sends it with the last piece. */
  private waitsForUsage: boolean;

  constructor(
    private readonly client: ServerClient,
    private readonly facts: ServerFacts,
    private readonly recorder: Recorder,
    private readonly prompt: ServerPrompt,
    private readonly runSignal: AbortSignal,
  ) {
    this.waitsForUsage = facts.kind !== "llama.cpp";
  }

  /** Tokens as the server sends them, then why it ended. Breaking out of the loop ends the request. */
  async *of({ request, maxTokens, given, tagged }: AnswerOrder): AsyncGenerator<ChosenToken | { finish: string }> {
    const ended = new AbortController();
    const signal = AbortSignal.any([this.runSignal, ended.signal]);
    const { unread } = this.prompt;
    const isFirst = unread !== undefined && this.recorder.trace.prefills.length === 0;
    const usage = new AnswerUsage(this.recorder.work);
    let last = performance.now();
    let [count, characters, empty] = [0, 0, 0];
    let finish: string | undefined;
    let waiting: NodeJS.Timeout | undefined;
    try {
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
        const tokens = tokensOfText(chunk, tagged(chunk, echo.without(chunk.text)));
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
      if (finish === undefined || this.runSignal.aborted) throw error;
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
}
