/** Our own Markdown: one run after another with its prompt, its thinking, its calls and its answer, readable by people. */
import type { Trace } from "../../trace/fold";
import { ROLES, type Message } from "../../trace/trace";
import { lines, parseJson } from "../reading/jsonDocument";
import { list, number, object, text, type Json } from "../reading/jsonValue";
import { ownFacts } from "../reading/ownFacts";
import { runText } from "../exports/runText";
import type { CalledPart } from "../reading/foreignParts";

/** Lines that say what the text does not: `thoughtlens run` stands before each run. */
const NOTES = ["thoughtlens run", "prompt", "call"] as const;
type Note = (typeof NOTES)[number];

const noteLine = (name: Note, value: Json) => `<!-- ${name} ${inComment(value)} -->`;

/** What such a line says. */
function noteOf(line: string): { name: Note; value: Json } | undefined {
  const written = line.trimEnd();
  const name = NOTES.find((each) => written.startsWith(`<!-- ${each} {`));
  if (name === undefined || !written.endsWith("} -->")) return undefined;
  return { name, value: object(parseJson(written.slice(`<!-- ${name} `.length, -" -->".length))) };
}

export interface TranscribedRun {
  about: Json;
  messages: Message[];
  calls: CalledPart[];
  /** What the model wrote, with its marks, where the text was changed since. */
  body: string;
  /** The same as it was exported. */
  written: { thinking: string; answer: string } | undefined;
}

/** A JSON value that cannot close the comment it stands in. */
const inComment = (value: Json) => JSON.stringify(value).replaceAll("--", "-\\u002d").replaceAll(">", "\\u003e");

/** A trace as Markdown. */
export function transcriptOf(trace: Trace): string {
  const { header, exit, end } = trace;
  const { thinking, answer } = runText(trace);
  const said = answer === "" ? (end?.answer ?? "") : answer;
  const about = {
    id: header?.id,
    strategy: header?.strategy,
    model: header?.model.id,
    gold: header?.gold,
    title: header?.prompt.title,
    group: header?.group,
    turn: header?.turn,
    exit: exit?.why,
    ...ownFacts(trace),
    // Whatever stands in these lines is text, also where it looks like a note or a mark.
    lines: { thinking: lineCount(thinking), calls: trace.calls.length, answer: said === "" ? 0 : lineCount(said) },
  };
  return [
    noteLine("thoughtlens run", about),
    ...(header?.messages ?? []).map((message) => noteLine("prompt", message)),
    "",
    "<think>",
    thinking,
    "</think>",
    "",
    ...trace.calls.map(({ id, name, arguments: given, result, failed }) =>
      noteLine("call", { id, name, arguments: given, result, failed }),
    ),
    said,
    "",
  ].join("\n");
}

const lineCount = (text: string): number => text.split(/\r\n?|\n/).length;

/** The runs of a text that `transcriptOf` wrote; none for other texts. */
export function* transcribedRuns(source: string): Generator<TranscribedRun> {
  let run: ReadNotes | undefined;
  for (const line of lines(source)) {
    if (run && takeText(run, line)) continue;
    const note = noteOf(line);
    if (note?.name === "thoughtlens run") {
      if (run) yield readOne(run);
      run = { about: note.value, prompts: [], calls: [], body: [], text: textLines(note.value) };
    } else if (note?.name === "prompt") run?.prompts.push(note.value);
    else if (note?.name === "call") run?.calls.push(note.value);
    else run?.body.push(line);
  }
  if (run) yield readOne(run);
}

interface ReadNotes {
  about: Json;
  prompts: Json[];
  calls: Json[];
  body: string[];
  text: TextLines;
}

/** Lines that are still to come of the text that is read, and what was read. */
interface TextLines {
  left: { thinking: number; calls: number; answer: number };
  thinking: string[];
  answer: string[];
  place: "before" | "thinking" | "after" | "answer" | "changed";
}

function textLines(about: Json): TextLines {
  const said = object(about["lines"]);
  const [thinking, answer] = [number(said["thinking"]), number(said["answer"])];
  const calls = number(said["calls"]) ?? 0;
  const isKnown = thinking !== undefined && answer !== undefined;
  return {
    left: { thinking: thinking ?? 0, calls, answer: answer ?? 0 },
    thinking: [],
    answer: [],
    place: isKnown ? "before" : "changed",
  };
}

/** @returns whether a line is one of the text as it was exported, whatever it looks like */
function takeText(run: ReadNotes, line: string): boolean {
  const { text: read, body } = run;
  switch (read.place) {
    case "before":
      if (line === "<think>") read.place = "thinking";
      return false;
    case "thinking":
      if (read.left.thinking === 0) {
        // A person may have changed the text: then its marks say where it ends.
        read.place = line === "</think>" ? "after" : "changed";
        return false;
      }
      read.left.thinking -= 1;
      read.thinking.push(line);
      break;
    case "after":
      if (read.left.calls > 0 && noteOf(line)?.name === "call") read.left.calls -= 1;
      else if (line !== "") {
        read.place = "answer";
        return takeText(run, line);
      }
      return false;
    case "answer":
      if (read.left.answer === 0) {
        if (noteOf(line)?.name !== "thoughtlens run" && line !== "") read.place = "changed";
        return false;
      }
      read.left.answer -= 1;
      read.answer.push(line);
      break;
    case "changed":
      return false;
  }
  body.push(line);
  return true;
}

function readOne({ about, prompts, calls: called, body, text: read }: ReadNotes): TranscribedRun {
  const calls = called.flatMap((call): CalledPart[] => {
    const [name, given] = [text(call["name"]), text(call["arguments"])];
    if (name === undefined || given === undefined) return [];
    const [id, result] = [text(call["id"]), text(call["result"])];
    return [
      {
        kind: "call",
        name,
        arguments: given,
        ...(id === undefined ? {} : { id }),
        ...(result === undefined ? {} : { result }),
        ...(call["failed"] === true ? { failed: true } : {}),
      },
    ];
  });
  return {
    about,
    messages: prompts.flatMap(messageOf),
    calls,
    body: body.join("\n"),
    written:
      (read.place !== "after" && read.place !== "answer") || read.left.thinking + read.left.answer > 0
        ? undefined
        : { thinking: read.thinking.join("\n"), answer: read.answer.join("\n") },
  };
}

function messageOf(value: Json): Message[] {
  const role = ROLES.find((each) => each === value["role"]);
  const content = text(value["content"]);
  if (role === undefined || content === undefined) return [];
  const [name, callId] = [text(value["name"]), text(value["callId"])];
  const calls = list(value["calls"])
    .map(object)
    .flatMap((call) => {
      const [tool, given, id] = [text(call["name"]), text(call["arguments"]), text(call["id"])];
      return tool === undefined || given === undefined
        ? []
        : [{ name: tool, arguments: given, ...(id === undefined ? {} : { id }) }];
    });
  return [
    {
      role,
      content,
      ...(calls.length > 0 ? { calls } : {}),
      ...(name === undefined ? {} : { name }),
      ...(callId === undefined ? {} : { callId }),
    },
  ];
}
