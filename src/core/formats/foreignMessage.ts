/** A chat message in any of the shapes that providers give it: plain, with reasoning apart, or in typed parts. */
import type { Message } from "../trace/trace";
import { list, object, text, type Json } from "./jsonValue";
import { reasoningAndContent, roleOf, type ForeignPart } from "./foreignRun";

/** Fields in which servers put reasoning beside `content`. */
const REASONING_FIELDS = ["reasoning_content", "reasoning", "thinking", "reasoning_text"] as const;
const REASONING_PARTS: ReadonlySet<unknown> = new Set([
  "reasoning",
  "thinking",
  "reasoning_text",
  "reasoning.text",
  "reasoning.summary",
  "thought",
]);
const TEXT_PARTS: ReadonlySet<unknown> = new Set(["text", "output_text", "input_text"]);
/** A conversation that was compacted on its way: what stands for it is a summary. */
const SUMMARY_PARTS: ReadonlySet<unknown> = new Set(["compaction", "summary"]);

const join = (texts: (string | undefined)[], between: string) =>
  texts.filter((each) => each !== undefined && each !== "").join(between);

/** The text of a typed part, under whichever name it has. */
function partText(part: Json): string | undefined {
  const { text: plain, reasoning, thinking, content, summary } = part;
  const listed = [summary, content, thinking, reasoning].map(list).find((each) => each.length > 0) ?? [];
  return (
    text(plain) ??
    text(reasoning) ??
    text(thinking) ??
    text(content) ??
    text(summary) ??
    (listed.length > 0
      ? join(
          listed.map((each) => partText(object(each))),
          "\n\n",
        )
      : undefined)
  );
}

/** What a model wrote in one message, in the order in which it is shown: thinking, summaries, then the answer. */
export function messageParts(message: Json): ForeignPart[] {
  const { content, parts, reasoning_details: details } = message;
  const typed = [...list(content), ...list(parts)].map(object);
  const detailed = join(
    list(details).map((each) => partText(object(each))),
    "\n",
  );
  const named = REASONING_FIELDS.map((field) => text(message[field]) ?? partText(object(message[field])));
  const apart = named.find((each) => each !== undefined && each !== "") ?? detailed;
  const inParts = join(
    typed.filter(({ type, thought }) => REASONING_PARTS.has(type) || thought === true).map(partText),
    "\n\n",
  );
  const summaries = typed.filter(({ type }) => SUMMARY_PARTS.has(type)).map((part) => partText(part) ?? "");
  const written = text(content) ?? join(typed.filter(isText).map(partText), "\n\n");
  return [
    ...summaries.filter((each) => each !== "").map((each): ForeignPart => ({ kind: "summary", text: each })),
    ...reasoningAndContent(apart === "" ? inParts : apart, written),
  ];
}

const isText = ({ type, thought }: Json) => thought !== true && (type === undefined || TEXT_PARTS.has(type));

/** The text of a prompt message; pictures and files are left out. */
function promptMessage(value: unknown): Message | undefined {
  const message = object(value);
  const role = roleOf(message["role"]);
  if (role === undefined) return undefined;
  const { content, parts } = message;
  const typed = [...list(content), ...list(parts)].map(object).filter(isText);
  return { role, content: text(content) ?? join(typed.map(partText), "\n\n") };
}

/** The prompt messages in `values` up to the first one that the model wrote. */
export function promptMessages(values: readonly unknown[]): Message[] {
  return values.flatMap((value) => promptMessage(value) ?? []);
}
