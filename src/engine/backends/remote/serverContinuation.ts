/** Whether, and how, a chat server goes on with a beginning of the assistant's answer. */
import type { JsonObject } from "../../files/jsonFile";
import { isObject } from "../../files/jsonFile";
import { readChunk } from "./serverChunk";
import { ServerRefusal } from "./serverClient";
import { CONTINUATIONS, type Continuation } from "./serverDialect";

/** Programs of which it is known. */
const KNOWN: Readonly<Record<string, Continuation>> = { "llama.cpp": "last-turn", ollama: "last-turn" };
/** A beginning that every model goes on with in one way, and that none begins an answer with the rest of. */
const QUESTION = { role: "user", content: "Write the alphabet in small letters, with a space between them." };
const BEGINNING = "a b c d e f g h i j k l m";
const REST = /^[\s,]*n[\s,]*o(?:[\s,]*p|\s*$)/;
const REST_TOKENS = 8;

/** @param send a chat completion, as JSON */
export async function findContinuation(
  kind: string,
  send: (fields: JsonObject) => Promise<unknown>,
): Promise<Continuation | undefined> {
  const known = KNOWN[kind];
  if (known) return known;
  // These refuse the two fields where they cannot, and others do not know them.
  if (["vllm", "sglang"].includes(kind)) return (await answers(send, "fields", 1)) === undefined ? undefined : "fields";
  for (const way of ["fields", "prefix", "last-turn"] as const) {
    const written = await answers(send, way, REST_TOKENS);
    if (written !== undefined && REST.test(written)) return way;
  }
  return undefined;
}

/** @returns what the server writes behind the beginning; undefined where it refuses */
async function answers(
  send: (fields: JsonObject) => Promise<unknown>,
  way: Continuation,
  tokens: number,
): Promise<string | undefined> {
  const { request, turn } = CONTINUATIONS[way];
  const messages = [QUESTION, { role: "assistant", content: BEGINNING, ...turn }];
  try {
    const answer = await send({ messages, ...request, max_tokens: tokens, temperature: 0 });
    if (!isObject(answer) || !Array.isArray(answer["choices"])) return undefined;
    const { text, thinking } = readChunk(answer);
    // Who thinks first has begun anew.
    return thinking === "" ? text : "";
  } catch (error) {
    if (error instanceof ServerRefusal) return undefined;
    throw error;
  }
}
