/** `.tracy` files of Prompty: a tree of calls; every call whose result is a chat completion is one trace. */
import { promptMessages } from "./foreignMessage";
import { foreignEvents } from "./foreignRun";
import type { ForeignFile, Imported, TraceFormat } from "./format";
import { list, number, object, parseJson, text, type Json } from "./jsonValue";
import { openAi } from "./openAi";

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

/** The first list of messages among a call's inputs. */
function messagesIn(frame: Json): unknown[] {
  const inputs = object(frame["inputs"]);
  const candidates = [inputs["messages"], inputs["data"], object(inputs["data"])["messages"], inputs["processed"]];
  return (
    candidates
      .map((each) => (typeof each === "string" ? list(parseJson(each)) : list(each)))
      .find((each) => each.length > 0) ?? []
  );
}

function completionIn(frame: Json): Json | undefined {
  const result = typeof frame["result"] === "string" ? parseJson(frame["result"]) : frame["result"];
  return Array.isArray(object(result)["choices"]) ? object(result) : undefined;
}

function readFrame(frame: Json, parent: Json[], file: ForeignFile): Imported["traces"] {
  const completion = completionIn(frame);
  if (!completion) return [];
  const asked = [frame, ...parent].map(messagesIn).find((messages) => messages.length > 0) ?? [];
  const source = JSON.stringify({ response: completion, messages: asked });
  return openAi.read({ name: file.name, text: source }).traces;
}

/** A file without completions still says what went in and what came out. */
function readWhole(root: Json, file: ForeignFile): Imported["traces"] {
  const result = text(root["result"]);
  if (result === undefined) return [];
  const usage = object(root["__usage"]);
  return [
    foreignEvents({
      format: "tracy",
      file: file.name,
      id: text(root["name"]) ?? "trace",
      title: text(root["name"]),
      model: undefined,
      messages: promptMessages(messagesIn(root)),
      parts: [{ kind: "answer", text: result.trim() }],
      promptTokens: number(usage["prompt_tokens"]),
      completionTokens: number(usage["completion_tokens"]),
      ms: number(object(root["__time"])["duration"]),
    }),
  ];
}

export const tracy: TraceFormat = {
  id: "tracy",
  title: "Prompty trace (.tracy)",
  detect: ({ name, text: source }) =>
    /\.tracy$/i.test(name) || (source.slice(0, 2000).includes('"runtime"') && source.includes('"__frames"')),
  read(file) {
    const root = object(object(parseJson(file.text))["trace"]);
    const frames = framesIn(root);
    const completions = frames.filter((frame) => completionIn(frame) !== undefined);
    // Wrappers return what the innermost call returned: the same completion counts once.
    const seen = new Set<string>();
    const traces = completions.reverse().flatMap((frame) => {
      const key = JSON.stringify(frame["result"]);
      if (seen.has(key)) return [];
      seen.add(key);
      return readFrame(frame, frames, file);
    });
    const found = traces.length > 0 ? traces.reverse() : readWhole(root, file);
    return { traces: found, problems: found.length === 0 ? ["The trace holds no call of a model."] : [] };
  },
};
