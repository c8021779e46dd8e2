/** What a completion server is and can do, found out by asking it. */
import { ActionableError } from "../../../core/protocol/rpc";
import type { ThinkFacts } from "../../../core/text/thinkFacts";
import type { Message } from "../../../core/trace/trace";
import type { JsonObject } from "../../files/jsonFile";
import { isObject } from "../../files/jsonFile";
import { beginnings, namedInAddress } from "./serverAddress";
import { readChunk } from "./serverChunk";
import { ServerRefusal, type ServerClient } from "./serverClient";
import { findContinuation, type Continuing } from "./serverContinuation";
import { ServerDialect } from "./serverDialect";
import { ollamaContext, serverKind } from "./serverKind";
import { demanding, findTemplate, findTokenizer, type ServerTemplate, type TextToken } from "./serverTemplate";
import { thinkingOfRemote, thinkingOfServer, thinkingOfSource, type RemoteTemplate } from "./serverThinking";
import { l10n } from "../../../core/text/l10n";

export type ServerApi = "completions" | "chat";

export interface ServerFacts {
  /** Which program it is; see serverKind. */
  kind: string;
  /** The model that requests name. */
  model: string;
  /** Tokens; undefined where the server does not say. */
  contextLength: number | undefined;
  api: ServerApi;
  /** Where completions are asked for, behind the client's address. */
  path: string;
  /** The words that requests are written in. */
  dialect: ServerDialect;
  /** Whether tokens come with log-probabilities. */
  logprobs: boolean;
  /** How a chat is made to go on from a given beginning of its answer; text completions always do. */
  continuation: Continuing | undefined;
  /** Where text is completed, for a chat that goes on so. */
  textPath: string;
  /** The prompt of a conversation in the model's own format, for completions of text. */
  template: ServerTemplate | undefined;
  /** A prompt of one short question so formatted. */
  prompt: string | undefined;
  /** How the model thinks, as far as the server lets it be seen. */
  thinking: ThinkFacts;
  /** Splits text into the model's tokens. */
  tokenize: ((text: string, signal: AbortSignal) => Promise<TextToken[]>) | undefined;
}

const QUESTION: readonly Message[] = [{ role: "user", content: "1+1=" }];

/** Whether the model can be made to go on from a given beginning of its answer. */
export const continues = ({ api, continuation }: ServerFacts): boolean =>
  api === "completions" || continuation !== undefined;

/**
 * @param wanted which model and protocol, where the person said so
 * @throws ActionableError of `ServerClient`, `server-no-model`, `server-no-completions`
 */
export async function discoverServer(
  client: ServerClient,
  wanted: { model?: string | undefined; api?: ServerApi | undefined },
  signal: AbortSignal,
): Promise<ServerFacts> {
  const { bases, model, owner, contextLength } = await findModel(client, wanted.model, signal);
  const { kind, contextLength: given, templateSource, specials } = await serverKind(client, owner, signal);
  const { way, prompt } = (await findTemplate(client, kind, model, signal)) ?? {};
  const apis: ServerApi[] = wanted.api ? [wanted.api] : way ? ["completions", "chat"] : ["chat", "completions"];
  const dialect = new ServerDialect();
  let refusal: ServerRefusal | undefined;
  for (const api of apis) {
    for (const base of bases) {
      const path = base + (api === "completions" ? "/completions" : "/chat/completions");
      const textPath = `${base}/completions`;
      const sendTo = (path: string) => (fields: JsonObject) =>
        dialect.ask({ ...fields, model }, (words) => client.json(path, signal, words));
      const send = sendTo(path);
      const logprobs = await tryCompletion(send, api).catch((error: unknown) => {
        if (error instanceof ServerRefusal) refusal ??= error.status === 404 ? undefined : error;
        else if (!(error instanceof ActionableError && error.code === "server-garbage")) throw error;
        return undefined;
      });
      if (logprobs === undefined) continue;
      const thinking = await findThinking({ api, kind, way, templateSource, specials, send, signal });
      const completes = async () => (await refusedAs(tryCompletion(sendTo(textPath), "completions"))) !== undefined;
      const question = { kind, send, render: way, thinking, completes, signal };
      return {
        kind,
        model,
        contextLength:
          given ?? contextLength ?? (kind === "ollama" ? await ollamaContext(client, model, signal) : undefined),
        api,
        path,
        dialect,
        logprobs,
        continuation: api === "chat" ? await findContinuation(question) : undefined,
        textPath,
        template: way && demanding(way),
        prompt,
        thinking,
        tokenize: await findTokenizer(client, model, signal),
      };
    }
  }
  throw (
    refusal ??
    new ActionableError(
      "server-no-completions",
      l10n.later`The server at ${client.host} completes no text for ${model}.`,
      "Check the model's name and that the server speaks the OpenAI protocol.",
    )
  );
}

/** Undefined where what was asked for is refused. */
const refusedAs = <T>(asked: Promise<T>): Promise<T | undefined> =>
  asked.catch((error: unknown) => {
    if (error instanceof ServerRefusal) return undefined;
    throw error;
  });

interface Seen {
  api: ServerApi;
  kind: string;
  way: RemoteTemplate | undefined;
  templateSource: string | undefined;
  specials: Readonly<Record<string, string>>;
  send: (fields: JsonObject) => Promise<unknown>;
  signal: AbortSignal;
}

async function findThinking({ api, kind, way, templateSource, specials, send, signal }: Seen): Promise<ThinkFacts> {
  const seen = templateSource === undefined ? undefined : thinkingOfSource(templateSource, specials);
  if (seen) return seen;
  // llama.cpp shows its template, or has none of its own.
  if (way && kind !== "llama.cpp") return thinkingOfRemote(way, signal);
  return thinkingOfServer((fields) =>
    api === "chat" && kind !== "llama.cpp" ? send({ ...fields, messages: QUESTION, max_tokens: 1 }) : Promise.resolve(),
  );
}

/** More alternatives than these are refused by the protocol. */
const MOST_ALTERNATIVES: Readonly<Record<ServerApi, number>> = { completions: 5, chat: 20 };

/** What asks for the log-probabilities of the chosen tokens. @param alternatives to each of them, as many as the protocol has */
export function askForLogprobs(api: ServerApi, alternatives = 1): JsonObject {
  const count = Math.min(Math.max(1, alternatives), MOST_ALTERNATIVES[api]);
  return api === "completions" ? { logprobs: count } : { logprobs: true, top_logprobs: count };
}

async function findModel(client: ServerClient, wanted: string | undefined, signal: AbortSignal) {
  let forbidden: unknown;
  const bases = beginnings(client.address);
  for (const base of bases) {
    const list = await client.jsonIfKnown(`${base}/models`, signal).catch((error: unknown) => {
      // A gateway may forbid what it does not have.
      if (!(error instanceof ActionableError && ["server-key", "server-failed"].includes(error.code))) throw error;
      forbidden ??= error;
    });
    const models = modelsIn(list);
    if (!models) continue;
    const entry = models.find((each) => each["id"] === wanted) ?? (wanted === undefined ? models[0] : undefined);
    const model = wanted ?? namedInAddress(client.address) ?? text(entry?.["id"]) ?? text(entry?.["name"]);
    if (model === undefined) break;
    const meta = isObject(entry?.["meta"]) ? entry["meta"] : {};
    const length = entry?.["max_model_len"] ?? entry?.["context_length"] ?? entry?.["context_window"] ?? meta["n_ctx"];
    return { bases: [base], model, owner: text(entry?.["owned_by"]), contextLength: number(length) };
  }
  const model = wanted ?? namedInAddress(client.address);
  if (model !== undefined)
    return {
      bases: namedInAddress(client.address) ? ["", ...bases] : bases,
      model,
      owner: undefined,
      contextLength: undefined,
    };
  throw (
    forbidden ??
    new ActionableError(
      "server-no-model",
      l10n.later`The server at ${client.host} lists no model.`,
      "Name the model, or check that this is the address of an OpenAI-compatible server.",
    )
  );
}

/** The entries of a list of models, whose field some servers call otherwise or leave out. */
function modelsIn(list: unknown): JsonObject[] | undefined {
  const entries = Array.isArray(list) ? list : isObject(list) ? (list["data"] ?? list["models"]) : undefined;
  return Array.isArray(entries) ? entries.filter(isObject) : undefined;
}

/** @returns whether log-probabilities came, or undefined where the path does not complete */
async function tryCompletion(
  send: (fields: JsonObject) => Promise<unknown>,
  api: ServerApi,
): Promise<boolean | undefined> {
  const input = api === "completions" ? { prompt: "1+1=" } : { messages: QUESTION };
  const body = { ...input, max_tokens: 1, temperature: 0 };
  const answer = await send({ ...body, ...askForLogprobs(api) }).catch((error: unknown) => {
    // Not every server says what it is that it does not take.
    if (error instanceof ServerRefusal && error.status !== 404) return send(body);
    throw error;
  });
  if (!isObject(answer) || !Array.isArray(answer["choices"])) return undefined;
  return readChunk(answer).tokens.some((token) => token.logprob !== undefined);
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const number = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isInteger(value) && value > 0 ? value : undefined;
