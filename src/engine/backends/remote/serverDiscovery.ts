/** What a completion server is and can do, found out by asking it. */
import { ActionableError } from "../../../core/protocol/rpc";
import { noThinkFacts, type ThinkFacts } from "../../../core/text/thinkFacts";
import { HOUSE_FORMAT } from "../../../core/text/thinkFormat";
import type { Message } from "../../../core/trace/trace";
import type { JsonObject } from "../../files/jsonFile";
import { isObject } from "../../files/jsonFile";
import { readChunk } from "./serverChunk";
import type { ServerClient } from "./serverClient";
import { ollamaContext, serverKind } from "./serverKind";

export type ServerApi = "completions" | "chat";

export interface ServerFacts {
  /** Which program it is; see serverKind. */
  kind: string;
  /** The model that requests name. */
  model: string;
  /** Tokens; undefined where the server does not say. */
  contextLength: number | undefined;
  api: ServerApi;
  /** Whether tokens come with log-probabilities. */
  logprobs: boolean;
  /** Whether the model can be made to go on from a given beginning of its answer. */
  continues: boolean;
  /** The prompt of a conversation in the model's own format, for `/v1/completions`. */
  template: ((messages: readonly Message[], signal: AbortSignal) => Promise<string>) | undefined;
  /** How the model thinks, as far as the server lets it be seen. */
  thinking: ThinkFacts;
  /** Splits text into the model's tokens. */
  tokenize: ((text: string, signal: AbortSignal) => Promise<TextToken[]>) | undefined;
}

export interface TextToken {
  id: number | undefined;
  text: string;
}

const QUESTION: readonly Message[] = [{ role: "user", content: "1+1=" }];

/**
 * @param wanted which model and protocol, where the person said so
 * @throws ActionableError of `ServerClient`, `server-no-model`, `server-no-completions`
 */
export async function discoverServer(
  client: ServerClient,
  wanted: { model?: string | undefined; api?: ServerApi | undefined },
  signal: AbortSignal,
): Promise<ServerFacts> {
  const { model, owner, contextLength } = await findModel(client, wanted.model, signal);
  const { kind, contextLength: given } = await serverKind(client, owner, signal);
  const template = await findTemplate(client, kind, model, signal);
  const apis: ServerApi[] = wanted.api ? [wanted.api] : template ? ["completions", "chat"] : ["chat", "completions"];
  for (const api of apis) {
    const logprobs = await tryCompletion(client, api, model, signal);
    if (logprobs === undefined) continue;
    return {
      kind,
      model,
      contextLength:
        given ?? contextLength ?? (kind === "ollama" ? await ollamaContext(client, model, signal) : undefined),
      api,
      logprobs,
      continues: api === "completions" || (await continuesChat(client, kind, model, signal)),
      template,
      // Thoughts that come in a field of their own stand between these marks.
      thinking: { ...noThinkFacts(HOUSE_FORMAT), from: "server" },
      tokenize: await findTokenizer(client, model, signal),
    };
  }
  throw new ActionableError(
    "server-no-completions",
    `The server at ${client.host} completes no text for ${model}.`,
    "Check the model's name and that the server speaks the OpenAI protocol.",
  );
}

/** What asks for the log-probabilities of the chosen tokens. */
export const askForLogprobs = (api: ServerApi): JsonObject =>
  api === "completions" ? { logprobs: 1 } : { logprobs: true, top_logprobs: 1 };

export const pathOf = (api: ServerApi): string => (api === "completions" ? "/v1/completions" : "/v1/chat/completions");

/** What makes servers of the vLLM family go on with the last, assistant's, turn. */
export const CONTINUE = { add_generation_prompt: false, continue_final_message: true };

async function findModel(client: ServerClient, wanted: string | undefined, signal: AbortSignal) {
  const list = await client.jsonIfKnown("/v1/models", signal);
  const models = (isObject(list) && Array.isArray(list["data"]) ? list["data"] : []).filter(isObject);
  const entry = models.find((each) => each["id"] === wanted) ?? (wanted === undefined ? models[0] : undefined);
  const model = wanted ?? text(entry?.["id"]);
  if (model === undefined) {
    throw new ActionableError(
      "server-no-model",
      `The server at ${client.host} lists no model.`,
      "Name the model, or check that this is the address of an OpenAI-compatible server.",
    );
  }
  const meta = isObject(entry?.["meta"]) ? entry["meta"] : {};
  return {
    model,
    owner: text(entry?.["owned_by"]),
    contextLength: number(entry?.["max_model_len"]) ?? number(meta["n_ctx"]),
  };
}

/** @returns whether log-probabilities came, or undefined where the path does not complete */
async function tryCompletion(
  client: ServerClient,
  api: ServerApi,
  model: string,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const input = api === "completions" ? { prompt: "1+1=" } : { messages: QUESTION };
  const body = { model, ...input, max_tokens: 1, temperature: 0 };
  const answer =
    (await client.jsonIfKnown(pathOf(api), signal, { ...body, ...askForLogprobs(api) })) ??
    (await client.jsonIfKnown(pathOf(api), signal, body));
  if (!isObject(answer) || !Array.isArray(answer["choices"])) return undefined;
  return readChunk(answer).tokens.some((token) => token.logprob !== undefined);
}

/** llama.cpp and Ollama go on with a last turn of the assistant by themselves; others have to know the two fields. */
async function continuesChat(client: ServerClient, kind: string, model: string, signal: AbortSignal): Promise<boolean> {
  if (kind === "llama.cpp" || kind === "ollama") return true;
  if (!["vllm", "sglang"].includes(kind)) return false;
  const messages = [...QUESTION, { role: "assistant", content: "The answer is" }];
  const answer = await client.jsonIfKnown(pathOf("chat"), signal, { model, messages, max_tokens: 1, ...CONTINUE });
  return isObject(answer) && Array.isArray(answer["choices"]);
}

/** llama.cpp formats a conversation on request, and so does TGI; vLLM tokenizes one, and turns tokens into text. */
async function findTemplate(
  client: ServerClient,
  kind: string,
  model: string,
  signal: AbortSignal,
): Promise<ServerFacts["template"]> {
  const templated = async (messages: readonly Message[], signal: AbortSignal) =>
    text(field(await client.jsonIfKnown("/chat_tokenize", signal, { model, messages }), "templated_text"));
  const applied = async (messages: readonly Message[], signal: AbortSignal) =>
    text(field(await client.jsonIfKnown("/apply-template", signal, { messages }), "prompt"));
  const detokenized = async (messages: readonly Message[], signal: AbortSignal) => {
    const tokens = list(
      await client.jsonIfKnown("/tokenize", signal, { model, messages, add_generation_prompt: true }),
    );
    if (!tokens) return undefined;
    return text(field(await client.jsonIfKnown("/detokenize", signal, { model, tokens }), "prompt"));
  };
  for (const way of kind === "tgi" ? [templated] : [applied, detokenized]) {
    if (!(await way(QUESTION, signal))?.includes("1+1=")) continue;
    return async (messages, signal) => {
      const prompt = await way(messages, signal);
      if (prompt !== undefined) return prompt;
      throw new ActionableError(
        "server-template",
        "The server cannot format this conversation with the model's chat template.",
        "Check the order of roles in the prompt.",
      );
    };
  }
  return undefined;
}

/** llama.cpp and TGI give the text with the ids; vLLM ids only, so that the first token stands for all of the text. */
async function findTokenizer(
  client: ServerClient,
  model: string,
  signal: AbortSignal,
): Promise<ServerFacts["tokenize"]> {
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
  if (!(await tokenize("1+1=", signal))) return undefined;
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
