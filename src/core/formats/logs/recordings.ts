/** Requests and answers as tools that record HTTP keep them: HAR files of browsers, cassettes and fixtures of tests. */
import type { TraceFormat } from "../format";
import { answerRuns, loggedAnswers } from "../answers/rawAnswers";
import { readEventStream } from "../reading/eventStream";
import { parseJson } from "../reading/jsonDocument";
import { list, object, text, type Json } from "../reading/jsonValue";
import { l10n } from "../../text/l10n";

interface Exchange {
  /** The request, as far as it was recorded. */
  request: unknown;
  /** The body of the answer. */
  body: string;
}

/** Lists of exchanges in one value: a HAR file's entries, the interactions of a cassette. */
const listsIn = (outer: Json): unknown[] => [
  ...list(object(outer["log"])["entries"]),
  ...list(outer["interactions"]),
  ...list(outer["http_interactions"]),
];

/** Text in base64, as browsers keep what they do not take for text. */
function decoded(content: Json): string | undefined {
  const kept = text(content["text"]);
  if (kept === undefined || content["encoding"] !== "base64") return kept;
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(kept), (char) => char.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

const bodyOf = (response: Json): string | undefined =>
  text(response["body"]) ?? text(object(response["body"])["string"]) ?? decoded(object(response["content"]));

function requestOf(exchange: Json): unknown {
  const request = object(exchange["request"]);
  const body = text(object(request["postData"])["text"]) ?? text(object(request["body"])["string"]) ?? request["body"];
  return body === undefined ? exchange["request"] : { body };
}

function exchangesIn(value: unknown): Exchange[] {
  const outer = object(value);
  const listed = listsIn(outer);
  return (listed.length > 0 ? listed.map(object) : [outer]).flatMap((each) => {
    const response = typeof each["response"] === "object" ? object(each["response"]) : each;
    const body = bodyOf(response);
    return body === undefined ? [] : [{ request: requestOf(each), body }];
  });
}

/** The values of a body: the events of a stream, or the one of an answer in JSON. */
function valuesOf(body: string): unknown[] {
  const stream = readEventStream(body);
  if (stream) return stream.values;
  const value = /^\s*[[{]/.test(body) ? parseJson(body) : undefined;
  return value === undefined ? [] : [value];
}

export const recordings: TraceFormat = {
  id: "recordings",
  title: "Recorded answers of servers",
  detect: ({ values }) =>
    values
      .slice(0, 20)
      .some((value) =>
        exchangesIn(value).some(({ body }) =>
          listsIn(object(value)).length > 0 ? valuesOf(body).length > 0 : readEventStream(body) !== undefined,
        ),
      ),
  *read({ values }, problems) {
    const exchanges = values.flatMap(exchangesIn);
    let [answers, other] = [0, 0];
    for (const { request, body } of exchanges) {
      const before = answers;
      for (const logged of loggedAnswers(valuesOf(body))) {
        answers += 1;
        yield* answerRuns({ ...logged, outer: { ...logged.outer, request } }, `${answers}`, exchanges.length === 1);
      }
      if (answers === before) other += 1;
    }
    if (other > 0) problems.push(l10n.later`${other} of ${exchanges.length} recorded answers are none of a model.`);
  },
};
