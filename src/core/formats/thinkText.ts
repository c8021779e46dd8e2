/** Plain text with reasoning in it, as it is copied from a terminal or a log, and our own Markdown export. */
import type { Trace } from "../trace/fold";
import type { Message } from "../trace/trace";
import { foreignEvents, reasoningParts } from "./foreignRun";
import { LONGEST_TEXT, MOST_TRACES, type TraceFormat } from "./format";
import { object, parseJson, text, type Json } from "./jsonValue";
import { runText } from "./runText";

const MARKS = /<\/?(?:think|thinking|reasoning|thought)>|\[\/?THINK\]|<\|channel\|>/;
/** Stands before each run of a Markdown export and says what the text does not. */
const RUN = /^<!-- thoughtlens run (\{.*\}) -->$/gm;
const PROMPT = /^<!-- prompt (\{.*\}) -->$/gm;

/** Turns of chat templates, where a whole conversation was copied: ChatML and DeepSeek. */
const TURN = /<\|im_start\|>(system|user|assistant)\n|<[|｜](System|User|Assistant)[|｜]>/g;
const TURN_END = /<\|im_end\|>|<[|｜](?:end▁of▁sentence|begin▁of▁sentence)[|｜]>/g;

function conversation(source: string): { messages: Message[]; reply: string } {
  const turns = [...source.matchAll(TURN)];
  if (turns.length === 0) return { messages: [], reply: source };
  const said = turns.map((turn, index): Message => {
    const content = source.slice(turn.index + turn[0].length, turns[index + 1]?.index ?? source.length);
    return {
      role: (turn[1] ?? turn[2]!).toLowerCase() as Message["role"],
      content: content.replace(TURN_END, "").trim(),
    };
  });
  const last = said.findLastIndex(({ role }) => role === "assistant");
  return last < 0 ? { messages: [], reply: source } : { messages: said.slice(0, last), reply: said[last]!.content };
}

function readRun(source: string, about: Json, file: string, id: string): ReturnType<typeof foreignEvents> {
  const prompts = [...source.matchAll(PROMPT)].map((match) => object(parseJson(match[1]!)));
  const { messages, reply } = conversation(source.replace(PROMPT, ""));
  const own = prompts.flatMap(({ role, content }): Message[] =>
    (role === "system" || role === "user" || role === "assistant") && typeof content === "string"
      ? [{ role, content }]
      : [],
  );
  const body = prompts.length > 0 ? reply.slice(Math.max(0, reply.search(MARKS))) : reply;
  return foreignEvents({
    format: "think-text",
    file,
    id: text(about["id"]) ?? id,
    model: text(about["model"]),
    strategy: text(about["strategy"]),
    gold: text(about["gold"]),
    finish: text(about["exit"]),
    messages: own.length > 0 ? own : messages,
    parts: reasoningParts(body),
  });
}

/** A JSON value that cannot close the comment it stands in. */
const inComment = (value: Json) => JSON.stringify(value).replaceAll("--", "-\\u002d").replaceAll(">", "\\u003e");

function toMarkdown(trace: Trace): string {
  const { header, exit, end } = trace;
  const { thinking, answer } = runText(trace);
  const about = {
    id: header?.id,
    strategy: header?.strategy,
    model: header?.model.id,
    gold: header?.gold,
    exit: exit?.why,
  };
  return [
    `<!-- thoughtlens run ${inComment(about)} -->`,
    ...(header?.messages ?? []).map(({ role, content }) => `<!-- prompt ${inComment({ role, content })} -->`),
    "",
    "<think>",
    thinking,
    "</think>",
    "",
    answer === "" ? (end?.answer ?? "") : answer,
    "",
  ].join("\n");
}

export const thinkText: TraceFormat = {
  id: "think-text",
  title: "Text with <think>",
  extension: ".md",
  detect: ({ text: source }) => MARKS.test(source.slice(0, LONGEST_TEXT)),
  read({ text: source, name }) {
    const whole = source.slice(0, LONGEST_TEXT).replace(/\r\n?/g, "\n");
    const problems = source.length > LONGEST_TEXT ? ["The text is too long: its beginning was read."] : [];
    const runs = [...whole.matchAll(RUN)].slice(0, MOST_TRACES);
    if (runs.length === 0) return { traces: whole.trim() === "" ? [] : [readRun(whole, {}, name, "text")], problems };
    const traces = runs.map((run, index) => {
      const body = whole.slice(run.index + run[0].length, runs[index + 1]?.index);
      return readRun(body, object(parseJson(run[1]!)), name, `${index + 1}`);
    });
    return { traces, problems };
  },
  write: (traces) => traces.map(toMarkdown).join("\n"),
};
