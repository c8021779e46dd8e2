/** All that reads what others wrote: a name, and what it does with a text. */
import { zipSync } from "fflate";
import { csvOf } from "../../../src/core/formats/exports/csvExport";
import { htmlOf } from "../../../src/core/formats/exports/htmlExport";
import { runText } from "../../../src/core/formats/exports/runText";
import { IMPORTERS, importTraces } from "../../../src/core/formats/importTraces";
import { parseCsv } from "../../../src/core/formats/reading/csv";
import { decodeText } from "../../../src/core/formats/reading/encoding";
import { readEventStream } from "../../../src/core/formats/reading/eventStream";
import { readMarkedText, readReasoning, readReplies } from "../../../src/core/formats/reading/foreignParts";
import { readJson } from "../../../src/core/formats/reading/jsonDocument";
import { readPartialJson } from "../../../src/core/formats/reading/partialJson";
import { pieces } from "../../../src/core/formats/reading/pieces";
import { isUnfinished } from "../../../src/core/formats/reading/unfinished";
import { unzip, zipEntries } from "../../../src/core/formats/reading/zip";
import { Source } from "../../../src/core/formats/source";
import { jinjaTemplate } from "../../../src/core/jinja/jinja";
import { alignSteps } from "../../../src/core/measure/align";
import { readBenchFile } from "../../../src/core/measure/benchFile";
import { checkFile } from "../../../src/core/measure/fileCheck";
import { stepFacts } from "../../../src/core/measure/stepFacts";
import { readDataset } from "../../../src/core/prompt/dataset";
import { elementLines } from "../../../src/core/prompt/elementLines";
import { parsePromptFile } from "../../../src/core/prompt/promptFile";
import { readTasks } from "../../../src/core/prompt/tasks";
import { parseModelName } from "../../../src/core/protocol/modelName";
import { extractAnswer, gradeAnswer } from "../../../src/core/text/answer";
import { publicAddress } from "../../../src/core/text/publicAddress";
import { Segmenter, segment } from "../../../src/core/text/segment";
import { splitSteps, wordCount } from "../../../src/core/text/step";
import { namedThinkFormat, THINK_FORMATS } from "../../../src/core/text/thinkFormat";
import { fold, type Trace } from "../../../src/core/trace/fold";
import { readTrace } from "../../../src/core/trace/traceFile";
import { escapeMarkdown } from "../../../src/core/text/markdownEscape";
import { readGraph } from "../../../src/engine/backends/onnx/graph/graphView";
import { serverAddress } from "../../../src/engine/backends/remote/serverAddress";
import { readChunk } from "../../../src/engine/backends/remote/serverChunk";
import { eventData } from "../../../src/engine/backends/remote/serverEvents";
import { Structure } from "../../../src/engine/decoding/structure";
import { ActionableError } from "../../../src/core/protocol/rpc";

export type Reader = (text: string) => unknown;

const PROMPT_FILES = [
  "a.prompt.md",
  "SKILL.md",
  "a.agent.md",
  "a.prompty",
  "a.prompt",
  "a.md",
  "a.txt",
  "a.jsonl",
  "a.json",
  "a.csv",
];
/** A whole answer of a server around the text. */
const ANSWERED: Record<string, (text: string) => unknown> = {
  openai: (text) => ({ choices: [{ message: { role: "assistant", content: text } }], object: "chat.completion" }),
  anthropic: (text) => ({ type: "message", role: "assistant", content: [{ type: "thinking", thinking: text }] }),
  messages: (text) => ({
    messages: [
      { role: "user", content: text },
      { role: "assistant", content: text },
    ],
  }),
  rows: (text) => [{ question: "a", answer: text, response: text }],
};

const bytes = (text: string) => new TextEncoder().encode(text);

async function readStream(text: string): Promise<void> {
  const all = bytes(text);
  async function* body(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < all.length; at += 16_384) yield await Promise.resolve(all.subarray(at, at + 16_384));
  }
  for await (const data of eventData(body())) {
    const value = readJson(data)?.values[0];
    readChunk(value);
  }
}

/** As a model's text comes: in pieces, with a look after each. */
function inPieces(text: string, take: (piece: string, at: number) => void): void {
  const size = Math.ceil(text.length / 40);
  for (let at = 0; at < text.length; at += size) take(text.slice(at, at + size), at / size);
}

function streamed(text: string): void {
  const segmenter = new Segmenter();
  inPieces(text, (piece) => segmenter.push(piece));
  segmenter.finish();
}

function outlined(text: string): void {
  const structure = new Structure("step");
  inPieces(text, (piece, at) => structure.push(piece, at));
  structure.finish();
}

function unpacked(archive: Uint8Array): void {
  for (const entry of zipEntries(archive).entries) unzip(archive, entry, 1_000_000);
}

/** What is read goes out again in one way. */
const exported =
  (write: (traces: Trace[], title: string) => unknown): Reader =>
  (text) => {
    const { traces } = importTraces({ name: "", text: `<think>${text}</think>4` });
    write(
      traces.slice(0, 20).map((events) => fold(events)),
      text.slice(0, 1000),
    );
  };

export const READERS: Record<string, Reader> = {
  ...Object.fromEntries(
    PROMPT_FILES.map((name) => [`prompts of ${name}`, (text: string) => parsePromptFile(name, text)]),
  ),
  "importer of files": (text) => importTraces({ name: "a.json", text }),
  "importer of pasted text": (text) => importTraces({ name: "", text }),
  ...Object.fromEntries(
    Object.entries(ANSWERED).map(([name, around]) => [
      `importer of ${name}`,
      (text: string) => importTraces({ name: "a.json", text: JSON.stringify(around(text)) }),
    ]),
  ),
  "each importer": (text) => {
    const source = new Source({ name: "a", text });
    for (const { detect } of IMPORTERS) detect(source);
  },
  "archive that is none": (text) => unpacked(bytes(`PK\u0003\u0004${text}`)),
  "archive of such a file": (text) =>
    importTraces({ name: "a.eval", text: "", bytes: zipSync({ "samples/a.json": bytes(text) }) }),
  "export as CSV": exported((traces) => csvOf(traces)),
  "export as a page": exported(htmlOf),
  "export as text": exported((traces) => traces.map(runText)),
  CSV: parseCsv,
  JSON: readJson,
  "cut JSON": (text) => readPartialJson(text),
  "lines of elements": (text) => elementLines(text),
  "dumped events": readEventStream,
  "streamed events": readStream,
  encodings: (text) => decodeText(Buffer.from(text, "latin1")),
  "dataset, JSON": (text) => readDataset("a.json", text),
  "dataset, lines": (text) => readDataset("a.jsonl", text),
  "dataset, CSV": (text) => readDataset("a.csv", text),
  tasks: (text) => readTasks("evals.json", text),
  "trace file": (text) => readTrace(text),
  "results of a bench": readBenchFile,
  "check of a file": checkFile,
  "marked text": (text) => readMarkedText(text),
  reasoning: readReasoning,
  replies: readReplies,
  "tokens of a text": (text) => pieces(text),
  "unfinished text": isUnfinished,
  segments: (text) => segment(text),
  ...Object.fromEntries(
    THINK_FORMATS.map((format) => [`segments of ${format.id}`, (text: string) => segment(text, { format })]),
  ),
  "segments, streamed": streamed,
  "outline, streamed": outlined,
  "think format": namedThinkFormat,
  answer: (text) => extractAnswer(text, { conclusion: true, lastNumber: true }),
  "grade of an answer": (text) => gradeAnswer(text, "42"),
  "grade of a short answer": (text) => gradeAnswer(text.slice(0, 900), "42"),
  "grade against it": (text) => gradeAnswer("42", text.slice(0, 900)),
  "grade against itself": (text) => gradeAnswer(text.slice(0, 900), `${text.slice(0, 899)} `),
  steps: (text) => splitSteps(text).length + wordCount(text),
  "facts of a step": stepFacts,
  alignment: (text) => alignSteps([text, "4"], ["4", text]),
  "template, Jinja": (text) => jinjaTemplate(text).render({ messages: [{ role: "user", content: "a" }] }),
  "value in a template": (text) =>
    jinjaTemplate("{{ a | trim | title | wordcount }}{% for w in a.split(' ') %}{{ w | length }}{% endfor %}").render({
      a: text,
    }),
  graph: (text) => readGraph(bytes(text)),
  "name of a model": (text) => parseModelName(text),
  "address of a server": (text) => serverAddress(`http://a/${text}`),
  "address without its key": publicAddress,
  "text for Markdown": (text) => escapeMarkdown(text),
};

/** Whether a reader may refuse so: with a sentence and, of a template, with what is wrong with it. */
export const isRefusal = (name: string, error: unknown): boolean =>
  error instanceof ActionableError ||
  (/template|value/.test(name) && error instanceof Error && !(error instanceof TypeError)) ||
  (/archive that is none/.test(name) && error instanceof Error && /archive/.test(error.message));
