/**
 * What one server takes of a request. It starts from the commonest words and learns from refusals: a field that a server
 * names in its error is left out, or called as it says, from then on.
 */
import type { JsonObject } from "../../files/jsonFile";
import { ServerRefusal } from "./serverClient";

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

/** Fields that a completion can do without. */
const OPTIONAL = [
  "temperature",
  "top_p",
  "top_k",
  "min_p",
  "seed",
  "logprobs",
  "top_logprobs",
  "chat_template_kwargs",
  "stream_options",
];
const LIMITS = ["max_tokens", "max_completion_tokens"] as const;
/** Changes to one request, before its refusal stands. */
const MOST_CHANGES = OPTIONAL.length + LIMITS.length;

export class ServerDialect {
  private readonly refused = new Set<string>();
  private limit: (typeof LIMITS)[number] = "max_tokens";
  private turned = false;
  /** The server gives no alternatives, or not as many: one token each is asked for, which is the chosen one. */
  private fewer = false;

  /** The request in this server's words. */
  words(body: JsonObject): JsonObject {
    const { max_tokens: most, ...all } = body;
    const rest = this.fewer ? withFewer(all) : all;
    const kept = Object.entries(rest).filter(([name]) => !this.refused.has(name));
    return { ...Object.fromEntries(kept), ...(most === undefined ? {} : { [this.limit]: most }) };
  }

  /** Fields that the server does not take. */
  get leftOut(): readonly string[] {
    return [...this.refused];
  }

  /** @returns whether the refusal of a request says how to change it */
  learn(error: unknown, sent: JsonObject): boolean {
    if (!(error instanceof ServerRefusal) || error.status === 404) return false;
    const { said } = error;
    if (!this.turned && this.limit in sent && names(said, this.limit)) {
      this.turned = true;
      this.limit = LIMITS.find((name) => name !== this.limit)!;
      return true;
    }
    if (!this.fewer && asksForMore(sent) && (names(said, "top_logprobs") || names(said, "logprobs"))) {
      this.fewer = true;
      return true;
    }
    const field = OPTIONAL.find((name) => name in sent && !this.refused.has(name) && names(said, name));
    if (field === undefined) return false;
    this.refused.add(field);
    // Alternatives are asked for with log-probabilities only.
    if (field === "logprobs") this.refused.add("top_logprobs");
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

/** Whether an error speaks of a field by its name. */
const names = (said: string, field: string): boolean => new RegExp(`(?<![\\w])${field}(?![\\w])`).test(said);
