/**
 * A model whose requests are carried by files: what a chat server would be asked is handed over, and the answer that it gave
 * is read as if it had just come.
 */
import type { JsonObject } from "../../files/jsonFile";
import { isObject } from "../../files/jsonFile";
import { readChunk } from "./serverChunk";
import { DONE, ServerClient } from "./serverClient";
import { ServerDialect } from "./serverDialect";
import { ServerModel } from "./serverModel";
import { wordTokens } from "./serverTemplate";
import { thinkingOfServer } from "./serverThinking";

/** Where the requests of a batch go, as OpenAI's interface and vLLM's run-batch name it. */
export const BATCH_PATH = "/v1/chat/completions";

/** @param body of the request. @returns the body of its answer */
export type AnswerOf = (body: JsonObject) => unknown;

/** Nothing is ever asked there. */
const NOWHERE = "http://batch.invalid";

class BatchClient extends ServerClient {
  constructor(private readonly answerOf: AnswerOf) {
    super(NOWHERE);
  }

  override async *stream(
    _path: string,
    _signal: AbortSignal,
    { stream: _stream, stream_options: _options, ...body }: JsonObject,
  ): AsyncGenerator<unknown> {
    yield* inPieces(this.answerOf(body));
    yield DONE;
  }
}

/**
 * An answer that names no tokens, in as many pieces as it says that it has: as one piece it would be counted as one token. Where
 * it does not say, word by word.
 */
function* inPieces(answer: unknown): Generator<unknown> {
  const { thinking, text, tokens, usage } = readChunk(answer);
  if (tokens.length > 0 || !isObject(answer)) return yield answer;
  const piece = (field: string) => (text: string) => ({ choices: [{ delta: { [field]: text } }] });
  const share = thinking.length / Math.max(1, thinking.length + text.length);
  const ofThinking = usage && Math.round(usage.completion * share);
  yield* cut(thinking, ofThinking).map(piece("reasoning_content"));
  yield* cut(text, usage && usage.completion - ofThinking!).map(piece("content"));
  const [choice] = Array.isArray(answer["choices"]) ? (answer["choices"] as unknown[]) : [];
  yield { ...answer, choices: [{ ...(isObject(choice) ? choice : {}), message: {}, text: "" }] };
}

/** A text in `count` pieces of about one length, at most one a character; by words where that is not known. */
function cut(text: string, count: number | undefined): string[] {
  if (text === "") return [];
  if (count === undefined) return wordTokens(text).map((word) => word.text);
  const characters = [...text];
  const pieces = Math.max(1, Math.min(count, characters.length));
  const end = (piece: number) => Math.round((characters.length * piece) / pieces);
  return Array.from({ length: pieces }, (_, piece) => characters.slice(end(piece), end(piece + 1)).join(""));
}

/** @param model as the requests name it */
export async function batchModel(model: string, answerOf: AnswerOf): Promise<ServerModel> {
  return ServerModel.of(new BatchClient(answerOf), {
    ...{ kind: "batch", model, contextLength: undefined, api: "chat", path: BATCH_PATH, textPath: BATCH_PATH },
    ...{ dialect: new ServerDialect(), logprobs: false, continuation: undefined, template: undefined },
    ...{ prompt: undefined, tokenize: undefined },
    thinking: await thinkingOfServer(() => Promise.resolve()),
  });
}
