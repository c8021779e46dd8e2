/** `.tracy` files of Prompty: a tree of calls; every call whose result is an answer of a model is one trace. */
import { answerRuns, loggedAnswer } from "../answers/rawAnswers";
import { turnsOf } from "../answers/asked";
import type { TraceFormat } from "../format";
import { parseJson } from "../reading/jsonDocument";
import { list, number, object, text, type Json } from "../reading/jsonValue";
import type { ForeignRun } from "../reading/foreignRun";
import { promptOf } from "../reading/foreignSession";
import { l10n } from "../../text/l10n";

/** Calls of one file that are looked at. */
const MOST_FRAMES = 10_000;

function framesIn(root: Json): Json[] {
  const frames: Json[] = [];
  const waiting = [root];
  while (waiting.length > 0 && frames.length < MOST_FRAMES) {
    const frame = waiting.pop()!;
    frames.push(frame);
    waiting.push(...list(frame["__frames"]).map(object).reverse());
  }
  return frames;
}

const value = (each: unknown): unknown => (typeof each === "string" ? (parseJson(each) ?? each) : each);

/** What a call was given, as a request: an object of its inputs, or its first list of messages. */
function requestOf(frame: Json): Json {
  const inputs = value(frame["inputs"]);
  if (Array.isArray(inputs)) return { messages: inputs as unknown[] };
  const fields = object(inputs);
  const candidates = [fields["messages"], fields["data"], object(fields["data"])["messages"], fields["processed"]].map(
    value,
  );
  const messages = candidates.find((each) => list(each).length > 0);
  return messages === undefined ? fields : { ...fields, messages };
}

const hasTurns = (request: Json) => list(request["messages"]).length > 0;

/** A file without answers of a model still says what went in and what came out. */
function* wholeRun(root: Json, frames: readonly Json[]): Generator<ForeignRun> {
  const result = text(root["result"]);
  if (result === undefined) return;
  const usage = object(root["__usage"]);
  const request = frames.map(requestOf).find(hasTurns) ?? {};
  yield {
    id: text(root["name"]) ?? "trace",
    title: text(root["name"]),
    model: undefined,
    messages: promptOf(turnsOf(request["messages"])),
    parts: [{ kind: "answer", text: result.trim() }],
    promptTokens: number(usage["prompt_tokens"]),
    completionTokens: number(usage["completion_tokens"]),
    ms: number(object(root["__time"])["duration"]),
  };
}

export const tracy: TraceFormat = {
  id: "tracy",
  title: "Prompty trace (.tracy)",
  detect: ({ name, first }) => /\.tracy$/i.test(name) || ("runtime" in first && "__frames" in object(first["trace"])),
  *read({ first }, problems) {
    const root = object(first["trace"]);
    const frames = framesIn(root);
    // Wrappers return what the innermost call returned: the same answer counts once, where it was made.
    const innermost = new Map<string, { frame: Json; answer: Json }>();
    for (const frame of frames) {
      const logged = loggedAnswer(value(frame["result"]));
      if (logged) innermost.set(JSON.stringify(logged.answer), { frame, answer: logged.answer });
    }
    const isAlone = innermost.size === 1;
    let count = 0;
    for (const { frame, answer } of innermost.values()) {
      const own = requestOf(frame);
      const request = hasTurns(own) ? own : (frames.map(requestOf).find(hasTurns) ?? own);
      const logged = loggedAnswer({ ...request, response: answer });
      if (!logged) continue;
      count += 1;
      yield* answerRuns(logged, `${count}`, isAlone);
    }
    if (count > 0) return;
    const whole = [...wholeRun(root, frames)];
    if (whole.length === 0) problems.push(l10n.later`The trace holds no call of a model.`);
    yield* whole;
  },
};
