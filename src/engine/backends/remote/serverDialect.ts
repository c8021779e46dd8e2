/**
 * What one server takes of a request. It starts from the commonest words and learns from refusals: a field that a server
 * names in its error is left out, or called as it says, from then on.
 */
import type { Message } from "../../../core/trace/trace";
import type { JsonObject } from "../../files/jsonFile";
import { systemIntoUser } from "../../tokens/chatTemplate";
import { ServerFailure, ServerRefusal } from "./serverErrors";

/** How a server is made to go on with a beginning of an answer, in a chat. */
export type Continuation =
  | ChatContinuation
  /** Not by the chat: by completing the text of its prompt. */
  | "completion";

export type ChatContinuation =
  /** By itself, where the last turn is the assistant's (llama.cpp, Ollama). */
  | "last-turn"
  /** By `continue_final_message` and `add_generation_prompt: false` (vLLM, SGLang). */
  | "fields"
  /** By `prefix: true` in the last turn (DeepSeek, Mistral). */
  | "prefix";

/** What makes a server go on with the assistant's last turn: fields of the request, and of the turn. */
export const CONTINUATIONS: Readonly<Record<ChatContinuation, { request: JsonObject; turn: JsonObject }>> = {
  "last-turn": { request: {}, turn: {} },
  fields: { request: { add_generation_prompt: false, continue_final_message: true }, turn: {} },
  prefix: { request: {}, turn: { prefix: true } },
};

/** Fields that a completion can do without; of those that are blamed together, those before others go first. */
const OPTIONAL: Readonly<Record<string, RegExp>> = {
  temperature: /temperature/i,
  top_p: /top_?p/i,
  top_k: /top_?k/i,
  min_p: /min_?p/i,
  seed: /seed/i,
  logprobs: /log_?prob(?:s|abilities)/i,
  top_logprobs: /top_?logprobs/i,
  chat_template_kwargs: /chat_template_kwargs/i,
  extra_body: /extra_body|thinking_?config|include_?thoughts|thinking (?:is not|not) supported/i,
  stream_options: /stream[_ ]options/i,
  stream: /stream(?:ing)?/i,
};
const LIMITS = ["max_tokens", "max_completion_tokens"] as const;
/** Changes to one request, before its refusal stands. */
const MOST_CHANGES = Object.keys(OPTIONAL).length + LIMITS.length + 3;

/** Where an error lists what would have been taken, instead of what it is about. */
const LISTS_TAKEN =
  /expected one of|(?<!un|not )(?:supported|allowed|valid|accepted|permitted) (?:parameters|fields|properties|keys|arguments)|did you mean/i;
/** What is wrong with a number is its size, and not that there is one. */
const IS_SIZE =
  /too (?:small|large|big|high|low|many)|at (?:least|most)|minimum|maximum value|must be|less than|greater|higher|lower|range|[<>]=|exceed/i;
const IS_TOO_LARGE = /too (?:large|big|high|many)|at most|no more than|less than or equal|maximum value|range|<=/i;
const IS_CONTEXT = /context length|maximum context|max_model_len/i;
/** Nothing but a temperature above zero is taken. */
const WANTS_WARMTH = /positive|(?:greater|larger|higher|more) than 0|above 0|> ?0|\(0(?:\.0)?, ?\d/i;
/** The least that is asked for instead: nearly always the likeliest token. */
const COLDEST = 0.01;
/** Nothing but streams is answered. */
const WANTS_STREAM = /only supports? stream|stream mode|non-?stream|enable (?:the )?stream|stream must be/i;
const WANTS_NO_SYSTEM = /system|developer|roles? must alternate|should alternate|first message/i;

export class ServerDialect {
  private readonly refused = new Set<string>();
  private limit: (typeof LIMITS)[number] = "max_tokens";
  private turned = false;
  /** The server gives no alternatives, or not as many: one token each is asked for, which is the chosen one. */
  private fewer = false;
  /** As many tokens as the server writes at most; undefined where it has not said. */
  private most: number | undefined;
  private warmed = false;
  private merges = false;
  private streams = false;

  /** The request in this server's words. */
  words(body: JsonObject): JsonObject {
    const { max_tokens: most, ...all } = body;
    const rest = this.fewer ? withFewer(all) : all;
    const kept = Object.fromEntries(Object.entries(rest).filter(([name]) => !this.refused.has(name)));
    if (this.warmed && kept["temperature"] === 0) kept["temperature"] = COLDEST;
    if (this.streams) kept["stream"] ??= true;
    if (this.merges) kept["messages"] = withoutSystem(kept) ?? kept["messages"];
    if (most !== undefined) kept[this.limit] = Math.min(Number(most), this.most ?? Infinity);
    return kept;
  }

  /** Fields that the server does not take. */
  get leftOut(): readonly string[] {
    return [...this.refused];
  }

  /** What else is asked for otherwise than it was meant, one sentence each. */
  get changes(): readonly string[] {
    return [
      ...(this.warmed && !this.refused.has("temperature")
        ? [`The server takes no temperature of 0: it is asked for ${COLDEST}.`]
        : []),
      ...(this.merges ? ["The server takes no system turn: its text stands before the question."] : []),
      ...(this.most === undefined ? [] : [`The server writes no more than ${this.most} tokens in one answer.`]),
    ];
  }

  /** @returns whether the refusal of a request says how to change it */
  learn(error: unknown, sent: JsonObject): boolean {
    if (!(error instanceof ServerRefusal || error instanceof ServerFailure) || error.status === 404) return false;
    const said = blamed(error.said);
    if (!this.streams && !("stream" in sent) && WANTS_STREAM.test(said)) return (this.streams = true);
    return (
      this.learnLimit(said, sent) ||
      this.learnFewer(said, sent) ||
      this.learnField(said, sent) ||
      this.learnSystem(said, sent)
    );
  }

  private learnLimit(said: string, sent: JsonObject): boolean {
    const limit = sent[this.limit];
    if (typeof limit !== "number" || !names(said, new RegExp(this.limit))) return false;
    const other = LIMITS.find((name) => name !== this.limit)!;
    if (!this.turned && (names(said, new RegExp(other)) || !IS_SIZE.test(said))) {
      this.turned = true;
      this.limit = other;
      return true;
    }
    if (this.most !== undefined || !IS_TOO_LARGE.test(said) || IS_CONTEXT.test(said)) return false;
    const numbers = (said.match(/\d+/g) ?? []).map(Number).filter((number) => number > 1 && number < limit);
    if (numbers.length === 0) return false;
    this.most = Math.max(...numbers);
    return true;
  }

  private learnFewer(said: string, sent: JsonObject): boolean {
    if (this.fewer || !asksForMore(sent)) return false;
    this.fewer = names(said, OPTIONAL["top_logprobs"]!) || names(said, OPTIONAL["logprobs"]!);
    return this.fewer;
  }

  private learnField(said: string, sent: JsonObject): boolean {
    const named = Object.entries(OPTIONAL)
      .filter(([name]) => name in sent && !this.refused.has(name))
      .map(([name, pattern]) => ({ name, at: placeOf(said, pattern) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => Number(isNeutral(b.name, sent)) - Number(isNeutral(a.name, sent)) || a.at - b.at);
    const [field] = named;
    if (!field) return false;
    if (field.name === "temperature" && sent["temperature"] === 0 && WANTS_WARMTH.test(said)) this.warmed = true;
    else this.refused.add(field.name);
    // Alternatives are asked for with log-probabilities only.
    if (field.name === "logprobs") this.refused.add("top_logprobs");
    if (field.name === "stream") this.refused.add("stream_options");
    return true;
  }

  private learnSystem(said: string, sent: JsonObject): boolean {
    if (this.merges || !WANTS_NO_SYSTEM.test(said) || !withoutSystem(sent)) return false;
    this.merges = true;
    return true;
  }

  /** Does what `send` does, again with other words as long as its refusals name them. */
  async ask<T>(body: JsonObject, send: (words: JsonObject) => Promise<T>): Promise<T> {
    for (let changes = 0; ; changes++) {
      const words = this.words(body);
      try {
        return await send(words);
      } catch (error) {
        if (changes >= MOST_CHANGES || !this.learn(error, words)) throw error;
      }
    }
  }
}

const isMore = (value: unknown): boolean => typeof value === "number" && value > 1;

const asksForMore = ({ logprobs, top_logprobs: top }: JsonObject): boolean => isMore(logprobs) || isMore(top);

/** The request with no more than the chosen tokens' log-probabilities. */
const withFewer = (body: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      (name === "logprobs" || name === "top_logprobs") && isMore(value) ? 1 : value,
    ]),
  );

/** The turns of a chat with the system's text before the first question; undefined where there is none to put there. */
const withoutSystem = ({ messages }: JsonObject): Message[] | undefined =>
  Array.isArray(messages) ? systemIntoUser(messages as Message[]) : undefined;

/** Whether leaving a field out changes nothing. */
const isNeutral = (name: string, sent: JsonObject): boolean => name === "top_p" && Number(sent[name]) >= 1;

/** An error up to where it lists what would have been taken. */
function blamed(said: string): string {
  const at = said.search(LISTS_TAKEN);
  return at > 0 ? said.slice(0, at) : said;
}

/** Where an error speaks of a field by its name; −1 where it does not. */
const placeOf = (said: string, { source, flags }: RegExp): number =>
  said.search(new RegExp(`(?<!\\w)(?:${source})(?!\\w)`, flags));

const names = (said: string, pattern: RegExp): boolean => placeOf(said, pattern) >= 0;
