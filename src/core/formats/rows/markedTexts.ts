/** Texts of a model with nothing but themselves: a list of them, or objects in which one field holds a text with marks. */
import { goldAnswer } from "../../text/answer";
import type { TraceFormat } from "../format";
import { isMarked, readReasoning } from "../reading/foreignParts";
import { object, scalar, text, type Json } from "../reading/jsonValue";
import { goldOf } from "./columns";

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
    return written !== undefined && MAY_BE_MARKED.test(written) && isMarked(written);
  });
}

const isMarkedText = (value: unknown): boolean =>
  typeof value === "string" ? MAY_BE_MARKED.test(value) && isMarked(value) : markedField(object(value)) !== undefined;

export const markedTexts: TraceFormat = {
  id: "marked-texts",
  isGeneric: true,
  title: "Texts with marks of thinking",
  detect: (source) => source.values.slice(0, 20).some(isMarkedText),
  *read(source) {
    for (const [index, value] of source.values.entries()) {
      const row = object(value);
      const field = typeof value === "string" ? undefined : markedField(row);
      const written = typeof value === "string" ? value : field === undefined ? undefined : text(row[field]);
      if (written === undefined) continue;
      const gold = goldOf(field === undefined ? row : { ...row, [field]: undefined });
      yield {
        id: scalar(row["id"]) ?? `${index + 1}`,
        model: scalar(row["model"]),
        ...readReasoning(written),
        gold: gold === undefined ? undefined : goldAnswer(gold),
      };
    }
  },
};
