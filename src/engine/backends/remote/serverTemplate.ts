/** What else a server does with text: it formats conversations, and splits text into tokens. */
import type { TemplateVariables } from "../../../core/text/thinkFacts";
import { ActionableError } from "../../../core/protocol/rpc";
import type { Message } from "../../../core/trace/trace";
import { isObject, type JsonObject } from "../../files/jsonFile";
import { systemIntoUser } from "../../tokens/chatTemplate";
import type { ServerClient } from "./serverClient";
import { unlessAbsent } from "./serverKind";
import type { RemoteTemplate } from "./serverThinking";

export interface TextToken {
  id: number | undefined;
  text: string;
}

/** The prompt of a conversation in the model's own format. @throws ActionableError `server-template` */
export type ServerTemplate = (
  messages: readonly Message[],
  signal: AbortSignal,
  variables?: TemplateVariables,
) => Promise<string>;

const QUESTION: readonly Message[] = [{ role: "user", content: "1+1=" }];

/**
 * llama.cpp formats a conversation on request, and so does TGI; vLLM tokenizes one, and turns tokens into text.
 * @returns the way, and a prompt of one short question that was written so
 */
export async function findTemplate(
  client: ServerClient,
  kind: string,
  model: string,
  signal: AbortSignal,
): Promise<{ way: RemoteTemplate; prompt: string } | undefined> {
  const templated: RemoteTemplate = async (messages, signal, variables, fields) =>
    text(
      field(
        await client.jsonIfKnown("/chat_tokenize", signal, { model, messages, ...kwargs(variables), ...fields }),
        "templated_text",
      ),
    );
  const applied: RemoteTemplate = async (messages, signal, variables, fields) => {
    const body = { messages, ...kwargs(variables), ...fields };
    return text(field(await client.jsonIfKnown("/apply-template", signal, body), "prompt"));
  };
  const detokenized: RemoteTemplate = async (messages, signal, variables, fields) => {
    const body = { model, messages, add_generation_prompt: true, ...kwargs(variables), ...fields };
    const tokens = list(await client.jsonIfKnown("/tokenize", signal, body));
    if (!tokens) return undefined;
    return text(field(await client.jsonIfKnown("/detokenize", signal, { model, tokens }), "prompt"));
  };
  for (const way of kind === "tgi" ? [templated] : [applied, detokenized]) {
    const prompt = await unlessAbsent(way(QUESTION, signal));
    if (prompt?.includes("1+1=")) return { way, prompt };
  }
  return undefined;
}

const kwargs = (variables: TemplateVariables = {}): JsonObject =>
  Object.keys(variables).length > 0 ? { chat_template_kwargs: variables } : {};

/** The way as one that answers or says why not. */
export const demanding =
  (way: RemoteTemplate): ServerTemplate =>
  async (messages, signal, variables) => {
    const merged = systemIntoUser(messages);
    const prompt = (await way(messages, signal, variables)) ?? (merged && (await way(merged, signal, variables)));
    if (prompt !== undefined) return prompt;
    throw new ActionableError(
      "server-template",
      "The server cannot format this conversation with the model's chat template.",
      "Check the order of roles in the prompt.",
    );
  };

/** llama.cpp and TGI give the text with the ids; vLLM ids only, so that the first token stands for all of the text. */
export async function findTokenizer(
  client: ServerClient,
  model: string,
  signal: AbortSignal,
): Promise<((text: string, signal: AbortSignal) => Promise<TextToken[]>) | undefined> {
  const tokenize = async (content: string, signal: AbortSignal): Promise<TextToken[] | undefined> => {
    const special = { add_special: false, add_special_tokens: false };
    const body = { model, content, prompt: content, inputs: content, with_pieces: true, ...special };
    const tokens = list(await client.jsonIfKnown("/tokenize", signal, body))?.map((token): TextToken =>
      isObject(token)
        ? { id: number(token["id"]), text: text(token["piece"]) ?? text(token["text"]) ?? "" }
        : { id: number(token), text: "" },
    );
    if (!tokens || tokens.length === 0) return undefined;
    if (tokens.map((token) => token.text).join("") === content) return tokens;
    return tokens.map(({ id }, index) => ({ id, text: index === 0 ? content : "" }));
  };
  if (!(await unlessAbsent(tokenize("1+1=", signal)))) return undefined;
  return async (content, signal) => (await tokenize(content, signal)) ?? wordTokens(content);
}

/** Where a server does not tokenize: a word with the space before it, and each sign, counts as a token. */
export const wordTokens = (content: string): TextToken[] =>
  (content.match(/\s*(?:[\p{L}\p{M}]+|\p{N}|[^\s\p{L}\p{M}\p{N}])|\s+$/gu) ?? []).map((piece) => ({
    id: undefined,
    text: piece,
  }));

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const number = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : undefined;
const list = (value: unknown): unknown[] | undefined => {
  const tokens = isObject(value) ? value["tokens"] : value;
  return Array.isArray(tokens) ? tokens : undefined;
};
const field = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);
