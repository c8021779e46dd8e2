/** `results.json` of SkyThought: problems by their number, each with the model's responses, judged; before 2025 by temperature. */
import { goldAnswer } from "../../text/answer";
import type { Verdict } from "../../trace/trace";
import { turnsOf } from "../answers/asked";
import type { TraceFormat } from "../format";
import { readReasoning } from "../reading/foreignParts";
import { promptOf } from "../reading/foreignSession";
import { list, number, object, text, type Json } from "../reading/jsonValue";
import { goldOf } from "../rows/columns";

const isProblem = (value: unknown) => {
  const { responses, token_usages: usages } = object(value);
  return typeof responses === "object" && responses !== null && typeof usages === "object" && usages !== null;
};
const problemsOf = (first: Json) => Object.entries(first).filter(([, value]) => isProblem(value));

/** Entries of a list, or of the lists or single ones by temperature. */
const entriesOf = (value: unknown): Json[] =>
  (Array.isArray(value) ? list(value) : Object.values(object(value)).flat()).map(object);

function verdictOf({ correctness, reason }: Json): Verdict[] {
  if (typeof correctness !== "boolean") return [];
  const why = text(reason)?.trim();
  return [{ by: "SkyThought", value: String(correctness), correct: correctness, ...(why ? { why } : {}) }];
}

export const skyThought: TraceFormat = {
  id: "skythought",
  title: "Results of SkyThought",
  detect: ({ first }) => {
    const [some] = Object.values(first);
    return isProblem(some) && entriesOf(object(some)["responses"]).some((each) => "content" in each);
  },
  *read({ first }) {
    for (const [id, value] of problemsOf(first)) {
      const problem = object(value);
      const gold = goldOf(problem);
      const usages = entriesOf(problem["token_usages"]);
      const asked = list(problem["input_conversation"]);
      for (const [nth, response] of entriesOf(problem["responses"]).entries()) {
        const said = text(response["content"]);
        if (said === undefined || said.trim() === "") continue;
        yield {
          id: nth === 0 ? id : `${id}-${nth + 1}`,
          title: `question ${id}`,
          model: undefined,
          messages: promptOf(turnsOf(asked.length > 0 ? asked : (text(problem["prompt"]) ?? ""))),
          parts: readReasoning(said).parts,
          gold: gold === undefined ? undefined : goldAnswer(gold),
          verdicts: verdictOf(response),
          promptTokens: number(usages[nth]?.["prompt_tokens"]),
          completionTokens: number(usages[nth]?.["completion_tokens"]),
        };
      }
    }
  },
};
