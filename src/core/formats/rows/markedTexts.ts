/** Texts of a model with nothing but themselves: a list of them, or objects in which one field holds a text with marks. */
import { goldAnswer } from "../../text/answer";
import type { TraceFormat } from "../format";
import { readReasoning, type ReadText } from "../reading/foreignParts";
import { sessionRuns } from "../reading/foreignSession";
import { object, scalar, text, type Json } from "../reading/jsonValue";
import { chatSession } from "../texts/chatSession";
import { holdsThinking, wholeConversation } from "../texts/completed";
import { goldOf } from "./columns";
import { scoreColumns } from "./scoreColumns";

const FIELDS = [
  "text",
  "content",
  "output",
  "response",
  "completion",
  "generation",
  "generated_text",
  "prediction",
  "predict",
  "answer",
  "result",
  "value",
];
/** Marks begin with one of these. */
const MAY_BE_MARKED = /[<[◁]/;

function markedField(row: Json): string | undefined {
  return FIELDS.find((name) => {
    const written = text(row[name]);
    return written !== undefined && MAY_BE_MARKED.test(written) && holdsThinking(written);
  });
}

const isMarkedText = (value: unknown): boolean =>
  typeof value === "string"
    ? MAY_BE_MARKED.test(value) && holdsThinking(value)
    : markedField(object(value)) !== undefined;

/** A text, or the last turn of a conversation with the marks of a chat template. */
function readWhole(written: string): ReadText {
  const whole = wholeConversation(written);
  return whole ? { messages: whole.messages, parts: readReasoning(whole.reply).parts } : readReasoning(written);
}

export const markedTexts: TraceFormat = {
  id: "marked-texts",
  isGeneric: true,
  title: "Texts with marks of thinking",
  detect: (source) => source.values.slice(0, 20).some(isMarkedText),
  *read(source) {
    const found = source.values.map((value) => {
      const field = typeof value === "string" ? undefined : markedField(object(value));
      const row = object(value);
      return { value, field, row: field === undefined ? row : { ...row, [field]: undefined } };
    });
    const scores = scoreColumns(found.map(({ row }) => row));
    for (const [index, { value, field, row }] of found.entries()) {
      const written = typeof value === "string" ? value : field === undefined ? undefined : text(object(value)[field]);
      if (written === undefined) continue;
      const gold = goldOf(row, scores);
      const about = {
        id: scalar(row["id"]) ?? `${index + 1}`,
        model: scalar(row["model"]),
        gold: gold === undefined ? undefined : goldAnswer(gold),
      };
      const session = chatSession(written);
      if (session) yield* sessionRuns({ ...about, turns: session });
      else yield { ...about, ...readWhole(written) };
    }
  },
};
