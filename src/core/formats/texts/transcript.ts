/** Our own Markdown: one run after another with its prompt, its thinking, its calls and its answer, readable by people. */
import type { Trace } from "../../trace/fold";
import { ROLES, type Message, type Verdict } from "../../trace/trace";
import { lines, parseJson } from "../reading/jsonDocument";
import { list, object, text, type Json } from "../reading/jsonValue";
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
  verdicts: Verdict[];
  /** What the model wrote, with its marks. */
  body: string;
}

/** A JSON value that cannot close the comment it stands in. */
const inComment = (value: Json) => JSON.stringify(value).replaceAll("--", "-\\u002d").replaceAll(">", "\\u003e");

/** A trace as Markdown. */
export function transcriptOf(trace: Trace): string {
  const { header, exit, end } = trace;
  const { thinking, answer } = runText(trace);
  const about = {
    id: header?.id,
    strategy: header?.strategy,
    model: header?.model.id,
    gold: header?.gold,
    title: header?.prompt.title,
    group: header?.group,
    turn: header?.turn,
    exit: exit?.why,
    verdicts: end?.verdicts,
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
    answer === "" ? (end?.answer ?? "") : answer,
    "",
  ].join("\n");
}

/** The runs of a text that `transcriptOf` wrote; none for other texts. */
export function* transcribedRuns(source: string): Generator<TranscribedRun> {
  let run: ReadNotes | undefined;
  for (const line of lines(source)) {
    const note = noteOf(line);
    if (note?.name === "thoughtlens run") {
      if (run) yield readOne(run);
      run = { about: note.value, prompts: [], calls: [], body: [] };
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
}

function readOne({ about, prompts, calls: called, body }: ReadNotes): TranscribedRun {
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
    verdicts: list(about["verdicts"]).map(object).flatMap(verdictOf),
    body: body.join("\n"),
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

function verdictOf(value: Json): Verdict[] {
  const [by, said, why] = [text(value["by"]), text(value["value"]), text(value["why"])];
  if (by === undefined || said === undefined) return [];
  const correct = typeof value["correct"] === "boolean" ? { correct: value["correct"] } : {};
  return [{ by, value: said, ...correct, ...(why === undefined ? {} : { why }) }];
}
