/** Predictions and reviews of evalscope, of version 1 and before: each choice is a run, and what the review scored its verdict. */
import { goldAnswer } from "../../text/answer";
import type { Verdict } from "../../trace/trace";
import { turnsOf } from "../answers/asked";
import { logprobTokens } from "../answers/openAiChat";
import type { TraceFormat } from "../format";
import { acceptedText } from "../reading/acceptedLists";
import { messageParts } from "../reading/foreignMessage";
import { valueText } from "../reading/messagePart";
import { readReasoning } from "../reading/foreignParts";
import type { ForeignRun } from "../reading/foreignRun";
import { promptOf, sessionRuns, type ForeignTurn } from "../reading/foreignSession";
import { list, number, object, scalar, text, type Json } from "../reading/jsonValue";
import { questionOf } from "../rows/columns";
import { l10n } from "../../text/l10n";

const choicesOf = (value: unknown) => list(object(value)["choices"]).map(object);

const isPrediction = (row: Json) => "index" in row && choicesOf(row["model_output"]).length > 0;
const isReview = (row: Json) => "index" in row && "value" in object(object(row["sample_score"])["score"]);
/** Before version 1, with the review in the choice or before there is one. */
const isOld = (row: Json) =>
  "raw_input" in row && ("origin_prompt" in row || "review_id" in row) && choicesOf(row).length > 0;
const isRow = (row: Json) => isPrediction(row) || isReview(row) || isOld(row);
const isReport = (value: Json) =>
  "dataset_name" in value && "model_name" in value && list(value["metrics"]).some((each) => "score" in object(each));

function verdictOf(name: string, value: unknown): Verdict[] {
  const words = scalar(value);
  const score = typeof value === "boolean" ? Number(value) : number(value);
  if (words === undefined || score === undefined) return [];
  const correct = score === 1 ? { correct: true } : score === 0 ? { correct: false } : {};
  return [{ by: `evalscope ${name}`, value: words, ...correct }];
}

const goldOf = (value: unknown): string | undefined => {
  const said = (scalar(value) ?? acceptedText(value) ?? scalar(list(value)[0]))?.trim();
  // What stands in its place where the row is the answer itself.
  return said === undefined || said === "" || said === "*Same as Input*" ? undefined : goldAnswer(said);
};

function* predicted(row: Json, id: string): Generator<ForeignRun> {
  const output = object(row["model_output"]);
  const usage = object(output["usage"]);
  const seconds = number(output["time"]);
  const model = text(output["model"]) || text(row["model"]);
  for (const [nth, choice] of choicesOf(output).entries()) {
    const last: ForeignTurn = {
      role: "assistant",
      parts: messageParts(object(choice["message"])),
      finish: text(choice["stop_reason"]),
      tokens: logprobTokens(object(choice["logprobs"])),
      promptTokens: number(usage["input_tokens"]) || undefined,
      completionTokens: number(usage["output_tokens"]),
      reasoningTokens: number(usage["reasoning_tokens"]),
      ms: seconds === undefined ? undefined : seconds * 1000,
    };
    const said = turnsOf(row["messages"]);
    // The answer stands behind the question too.
    const before = said.at(-1)?.role === "assistant" ? said.slice(0, -1) : said;
    yield* sessionRuns({
      id: nth === 0 ? id : `${id}-${nth + 1}`,
      title: `question ${id}`,
      model,
      turns: [...before, last],
    });
  }
}

function* reviewed(row: Json, id: string): Generator<ForeignRun> {
  const { value, prediction, extracted_prediction: extracted } = object(object(row["sample_score"])["score"]);
  const verdicts = Object.entries(object(value)).flatMap(([name, score]) => verdictOf(name, score));
  const about = { title: `question ${id}`, gold: goldOf(row["target"]), verdicts };
  const turns = turnsOf(row["messages"] ?? row["input"] ?? "");
  if (turns.at(-1)?.role === "assistant") {
    const model = text(object(list(row["messages"]).at(-1))["model"]);
    yield* sessionRuns({ id, model, turns, ...about });
    return;
  }
  const parts = readReasoning(text(prediction) ?? "").parts;
  if (parts.length > 0)
    yield { id, model: undefined, messages: promptOf(turns), parts, answer: text(extracted) || undefined, ...about };
}

function* old(row: Json, id: string): Generator<ForeignRun> {
  const { origin_prompt: prompt, raw_input: input } = row;
  const asked = valueText(object(prompt)["data"] ?? prompt) || (questionOf(object(input)) ?? "");
  for (const [nth, choice] of choicesOf(row).entries()) {
    const review = object(choice["review"]);
    yield {
      id: nth === 0 ? id : `${id}-${nth + 1}`,
      title: `question ${id}`,
      model: text(row["model"]) ?? text(object(row["model_spec"])["model_id"]),
      messages: promptOf(turnsOf(asked)),
      parts: readReasoning(valueText(object(choice["message"])["content"])).parts,
      gold: goldOf(review["gold"]),
      verdicts: verdictOf("review", review["result"]),
      finish: text(choice["finish_reason"]),
      promptTokens: number(object(row["usage"])["prompt_tokens"]) || undefined,
    };
  }
}

export const evalScope: TraceFormat = {
  id: "evalscope",
  title: "Predictions and reviews of evalscope",
  detect: ({ first, beginning }) => beginning.some(isRow) || isReport(first),
  *read({ first, values }, problems) {
    if (isReport(first)) {
      problems.push(
        l10n.later`A report of evalscope holds scores and no text of a model: open the files in the folders reviews or predictions beside it.`,
      );
      return;
    }
    for (const [place, value] of values.entries()) {
      const row = object(value);
      const id = scalar(row["index"]) ?? `${place + 1}`;
      if (isReview(row)) yield* reviewed(row, id);
      else if (isPrediction(row)) yield* predicted(row, id);
      else if (isOld(row)) yield* old(row, id);
    }
  },
};
