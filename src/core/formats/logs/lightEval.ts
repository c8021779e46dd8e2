/** Details of Lighteval, as JSON of their rows, now and before version 0.11: every text of the model is a run. */
import { goldAnswer } from "../../text/answer";
import type { Verdict } from "../../trace/trace";
import { turnsOf } from "../answers/asked";
import type { TraceFormat } from "../format";
import { acceptedText } from "../reading/acceptedLists";
import { promptOf } from "../reading/foreignSession";
import { list, number, object, scalar, text, type Json } from "../reading/jsonValue";
import { readCompletion } from "../texts/completed";

const isNew = (row: Json) => "query" in object(row["doc"]) && "text" in object(row["model_response"]);
const isOld = (row: Json) => "full_prompt" in row && "predictions" in row && "gold" in row;

/** The right ones of the choices that the row lists. */
function goldOf(row: Json): string | undefined {
  if (isOld(row)) return scalar(row["gold"]) ?? acceptedText(row["gold"]) ?? scalar(list(row["gold"])[0]);
  const { choices, gold_index: index } = object(row["doc"]);
  const right = [index].flat().flatMap((place) => scalar(list(choices)[number(place) ?? -1]) ?? []);
  return acceptedText(right) ?? right[0];
}

function verdictsOf(row: Json): Verdict[] {
  return Object.entries(object(row["metric"] ?? row["metrics"])).flatMap(([name, value]): Verdict[] => {
    const score = number(value);
    if (score === undefined) return [];
    const correct = score === 1 ? { correct: true } : score === 0 ? { correct: false } : {};
    return [{ by: `Lighteval ${name}`, value: String(score), ...correct }];
  });
}

function askedIn(row: Json): string | unknown[] {
  const [doc, response] = [object(row["doc"]), object(row["model_response"])];
  const sent = response["input"];
  if (Array.isArray(sent) && sent.length > 0) return sent;
  return text(sent) ?? text(doc["query"]) ?? text(row["full_prompt"]) ?? "";
}

export const lightEval: TraceFormat = {
  id: "lighteval",
  title: "Details of Lighteval",
  detect: ({ beginning }) => beginning.some((row) => isNew(row) || isOld(row)),
  *read({ values }) {
    for (const [place, value] of values.entries()) {
      const row = object(value);
      if (!isNew(row) && !isOld(row)) continue;
      const response = object(row["model_response"]);
      const written = [...list(response["text"]), ...list(row["predictions"])];
      const [gold, asked] = [goldOf(row), askedIn(row)];
      const id = scalar(object(row["doc"])["id"]) ?? `${place + 1}`;
      for (const [nth, said] of written.flatMap((each) => text(each) ?? []).entries()) {
        yield {
          id: nth === 0 ? id : `${id}-${nth + 1}`,
          title: text(object(row["doc"])["task_name"]) ?? `question ${id}`,
          model: undefined,
          messages: promptOf(turnsOf(asked)),
          parts: readCompletion(typeof asked === "string" ? asked : "", said).parts,
          gold: gold === undefined ? undefined : goldAnswer(gold),
          verdicts: verdictsOf(row),
        };
      }
    }
  },
};
