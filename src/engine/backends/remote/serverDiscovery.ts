/** What a completion server is and can do, found out by asking it. */
import { ActionableError } from "../../../core/protocol/rpc";
import type { ThinkFacts } from "../../../core/text/thinkFacts";
import type { Message } from "../../../core/trace/trace";
import type { JsonObject } from "../../files/jsonFile";
import { isObject } from "../../files/jsonFile";
import { readChunk } from "./serverChunk";
import type { ServerClient } from "./serverClient";
import { errorOfStatus, ServerFailure, ServerRefusal } from "./serverErrors";
import { findContinuation, type Continuing } from "./serverContinuation";
import { ServerDialect } from "./serverDialect";
import { ollamaContext, serverKind, unlessAbsent } from "./serverKind";
import { wholeAnswer } from "./wholeAnswer";
import { findModel } from "./serverModels";
import { codesOf, errorIn, statusIn } from "./serverSaid";
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
        dialect.ask({ ...fields, model }, async (words) =>
          demandAnswer(client, await wholeAnswer(client, path, words, { maxTokens: FEW.at(-1)!, signal })),
        );
      const send = sendTo(path);
      const logprobs = await tryCompletion(send, api).catch((error: unknown) => {
        // Of a path that is not there nothing is to be said, but of a model that is not.
        if (error instanceof ServerRefusal)
          refusal ??= error.status === 404 && !/\bmodels?\b/i.test(error.said) ? undefined : error;
        else if (!(error instanceof ActionableError && error.code === "server-garbage")) throw error;
        return undefined;
      });
      if (logprobs === undefined) continue;
      const thinking = await findThinking({ api, kind, way, templateSource, specials, send, signal });
      const completes = async () => (await unlessAbsent(tryCompletion(sendTo(textPath), "completions"))) !== undefined;
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

/** @throws ActionableError for an error that comes as an answer of success */
function demandAnswer(client: ServerClient, answer: unknown): unknown {
  const said = errorIn(answer);
  if (said === undefined) return answer;
  throw errorOfStatus(client.host, statusIn(answer) ?? 200, client.withoutKey(said), codesOf(answer));
}

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

/** @returns whether log-probabilities came, or undefined where the path does not complete */
async function tryCompletion(
  send: (fields: JsonObject) => Promise<unknown>,
  api: ServerApi,
): Promise<boolean | undefined> {
  const input = api === "completions" ? { prompt: "1+1=" } : { messages: QUESTION };
  const ask = async (tokens: number): Promise<unknown> => {
    const body = { ...input, max_tokens: tokens, temperature: 0 };
    return send({ ...body, ...askForLogprobs(api) }).catch((error: unknown) => {
      // Not every server says what it is that it does not take, or calls that a failure.
      const isOther = error instanceof ServerFailure || (error instanceof ServerRefusal && error.status !== 404);
      if (isOther && !isTooFew(error)) return send(body);
      throw error;
    });
  };
  let answer: unknown;
  for (const tokens of FEW) {
    try {
      answer = await ask(tokens);
      break;
    } catch (error) {
      if (tokens === FEW.at(-1) || !isTooFew(error)) throw error;
    }
  }
  if (!isObject(answer) || !Array.isArray(answer["choices"])) return undefined;
  return readChunk(answer).tokens.some((token) => token.logprob !== undefined);
}

/** Tokens of a first question: models that think first may get to no word of an answer with one, and say that as an error. */
const FEW = [1, 16, 2048];

const isTooFew = (error: unknown): boolean =>
  error instanceof ServerRefusal &&
  /max_(?:completion_|output_)?tokens|output limit/i.test(error.said) &&
  /higher|minimum|at least|greater|below|too (?:small|low|few)|>=/i.test(error.said);
