/**
 * Whether, and how, a chat server goes on with a beginning of the assistant's answer. A way that is found must leave the
 * beginning as it is: chat templates drop thoughts of earlier turns, or write an empty block of their own before it.
 */
import type { ThinkFacts } from "../../../core/text/thinkFacts";
import type { JsonObject } from "../../files/jsonFile";
import { isObject } from "../../files/jsonFile";
import { readChunk } from "./serverChunk";
import { unlessAbsent } from "./serverKind";
import { CONTINUATIONS, type ChatContinuation, type Continuation } from "./serverDialect";
import type { RemoteTemplate } from "./serverThinking";

/** Programs of which the way is known, if there is one. */
const KNOWN: Readonly<Record<string, ChatContinuation>> = {
  "llama.cpp": "last-turn",
  ollama: "last-turn",
  // These refuse the two fields where they cannot, and others do not know them.
  vllm: "fields",
  sglang: "fields",
};
const UNKNOWN: readonly ChatContinuation[] = ["fields", "prefix", "last-turn"];
/** A beginning that every model goes on with in one way, and that none begins an answer with the rest of. */
const QUESTION = { role: "user", content: "Write the alphabet in small letters, with a space between them." } as const;
const BEGINNING = "a b c d e f g h i j k l m";
const REST = /^[\s,]*n[\s,]*o(?:[\s,]*p|\s*$)/;
const REST_TOKENS = 8;
const THOUGHT = "First come the vowels";

export interface Continuing {
  way: Continuation;
  /** The server repeats the beginning before what follows it, as llama.cpp does. */
  echoes: boolean;
}

export interface ContinuationQuestion {
  kind: string;
  /** A chat completion, as JSON. */
  send: (fields: JsonObject) => Promise<unknown>;
  /** Renders a conversation, where the server shows that. */
  render: RemoteTemplate | undefined;
  thinking: Pick<ThinkFacts, "format" | "opening">;
  /** Whether text can be completed besides: tried where no chat goes on. */
  completes: () => Promise<boolean>;
  signal: AbortSignal;
}

/** @returns undefined where the server does not go on, or only by changing what was given */
export async function findContinuation(asked: ContinuationQuestion): Promise<Continuing | undefined> {
  const known = KNOWN[asked.kind];
  for (const way of known ? [known] : UNKNOWN) {
    const written = await answers(asked, way, BEGINNING, known ? 1 : REST_TOKENS);
    if (written === undefined) continue;
    const echoes = written.trimStart().startsWith(BEGINNING);
    const rest = echoes ? written.trimStart().slice(BEGINNING.length) : written;
    if (known === undefined && !REST.test(rest)) continue;
    if (await keeps(asked, way)) return { way, echoes };
  }
  return asked.render && (await asked.completes()) ? { way: "completion", echoes: false } : undefined;
}

/** Whether a beginning stands in the prompt as it was given, in open thinking and behind thoughts that are closed. */
async function keeps(asked: ContinuationQuestion, way: ChatContinuation): Promise<boolean> {
  const { render, signal } = asked;
  const { format, opening } = asked.thinking;
  const beginnings = [THOUGHT, `${THOUGHT}${format.close}${BEGINNING}`];
  const opened = opening === "template" ? format.open : "";
  if (!render) return (await answers(asked, way, (opened || format.open) + beginnings[1]!, 1)) !== undefined;
  const { request, turn } = CONTINUATIONS[way];
  const prompt = await render([QUESTION], signal);
  for (const beginning of beginnings) {
    const given = { role: "assistant" as const, content: opened + beginning, ...turn };
    if (prompt === undefined || (await render([QUESTION, given], signal, {}, request)) !== prompt + beginning)
      return false;
  }
  return true;
}

/** @returns what the server writes behind the beginning; undefined where it refuses */
async function answers(
  { send }: ContinuationQuestion,
  way: ChatContinuation,
  beginning: string,
  tokens: number,
): Promise<string | undefined> {
  const { request, turn } = CONTINUATIONS[way];
  const messages = [QUESTION, { role: "assistant", content: beginning, ...turn }];
  // Templates that want a user's turn at the end make some servers fail.
  const answer = await unlessAbsent(send({ messages, ...request, max_tokens: tokens, temperature: 0 }));
  if (!isObject(answer) || !Array.isArray(answer["choices"])) return undefined;
  const { text, thinking } = readChunk(answer);
  // Who thinks first has begun anew.
  return thinking === "" ? text : "";
}
