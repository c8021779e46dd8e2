/** Results of promptfoo, version 3 and before: one run for each output, with promptfoo's own verdict. */
import { goldAnswer } from "../../text/answer";
import type { Verdict } from "../../trace/trace";
import { answerRuns, loggedAnswer } from "../answers/rawAnswers";
import { turnsOf } from "../answers/asked";
import type { TraceFormat } from "../format";
import { readReasoning, reasoningAndText, type ForeignPart } from "../reading/foreignParts";
import { parseJson } from "../reading/jsonDocument";
import type { ForeignRun } from "../reading/foreignRun";
import { valueText } from "../reading/messagePart";
import { promptOf } from "../reading/foreignSession";
import { list, number, object, scalar, text, type Json } from "../reading/jsonValue";

const resultsOf = (value: Json): Json[] => {
  const results = value["results"];
  return list(object(results)["results"] ?? results).map(object);
};
const isResult = (result: Json) =>
  "provider" in result &&
  ("response" in result || "error" in result) &&
  ("success" in result || "gradingResult" in result);

/** Providers of promptfoo put reasoning before the answer, under a line of its own. */
function writtenParts(output: string): ForeignPart[] {
  const thinking = /^Thinking: /.exec(output);
  if (!thinking) return readReasoningOnlyIfMarked(output);
  const body = output.slice(thinking[0].length);
  const signature = body.search(/\nSignature: /);
  if (signature >= 0) {
    const rest = body.slice(signature).replace(/^\nSignature: \S*\s*/, "");
    return reasoningAndText(body.slice(0, signature).trimEnd(), rest);
  }
  // Without a signature the answer is what stands after the last empty line.
  const last = body.lastIndexOf("\n\n");
  return last < 0 ? readReasoning(body).parts : reasoningAndText(body.slice(0, last), body.slice(last + 2));
}

function readReasoningOnlyIfMarked(output: string): ForeignPart[] {
  return reasoningAndText("", output);
}

const EXACT = /^(?:equals|contains|icontains|is-json|starts-with|regex)$/;

/** The expected answer of a test: what an assertion compares with, else a variable of such a name. */
function goldOf(result: Json): string | undefined {
  const test = object(result["testCase"]);
  const asserted = list(test["assert"])
    .map(object)
    .find(({ type }) => EXACT.test(text(type) ?? ""));
  const vars = { ...object(test["vars"]), ...object(result["vars"]) };
  const names = ["expected", "expected_answer", "answer", "gold", "target", "ground_truth"];
  const gold =
    scalar(asserted?.["value"]) ?? names.map((name) => scalar(vars[name])).find((each) => each !== undefined);
  return gold === undefined || gold === "" ? undefined : goldAnswer(gold);
}

function verdictsOf(result: Json): Verdict[] {
  const grading = object(result["gradingResult"]);
  const pass = typeof grading["pass"] === "boolean" ? grading["pass"] : result["success"];
  if (typeof pass !== "boolean") return [];
  const graders = list(grading["componentResults"]).flatMap(
    (each) => text(object(object(each)["assertion"])["type"]) ?? [],
  );
  const why = text(grading["reason"]);
  const by = graders.length > 0 ? `promptfoo ${[...new Set(graders)].slice(0, 4).join(", ")}` : "promptfoo";
  return [{ by, value: pass ? "pass" : "fail", correct: pass, ...(why === undefined ? {} : { why }) }];
}

/** The prompt as it was sent: text, or JSON of messages. */
function promptTurns(result: Json) {
  const raw = text(object(result["prompt"])["raw"]) ?? text(result["prompt"]) ?? "";
  const messages = /^\s*\[/.test(raw) ? parseJson(raw) : undefined;
  return turnsOf(Array.isArray(messages) ? messages : raw);
}

function* resultRuns(result: Json, place: number): Generator<ForeignRun> {
  const { provider } = result;
  const response = object(result["response"]);
  const usage = { ...object(result["tokenUsage"]), ...object(response["tokenUsage"]) };
  const about = {
    title: text(object(result["testCase"])["description"]) ?? text(object(result["prompt"])["label"])?.slice(0, 80),
    gold: goldOf(result),
    verdicts: verdictsOf(result),
    messages: promptOf(promptTurns(result)),
    ms: number(result["latencyMs"]),
  };
  const id = text(result["id"]) ?? `${place + 1}`;
  const model = text(object(provider)["id"]) ?? text(provider);
  const raw = loggedAnswer(typeof response["raw"] === "string" ? parseJson(response["raw"]) : response["raw"]);
  if (raw) {
    for (const run of answerRuns(raw, id, false)) yield { ...run, ...about, id, model: model ?? run.model };
    return;
  }
  const output = response["output"] ?? result["output"];
  const error = text(result["error"]);
  const words = typeof output === "string" ? output : valueText(output);
  yield {
    ...about,
    id,
    model,
    parts: writtenParts(words),
    promptTokens: number(usage["prompt"]),
    completionTokens: number(usage["completion"]),
    reasoningTokens: number(object(usage["completionDetails"])["reasoning"]),
    notes: error === undefined || error === "" ? [] : [`promptfoo notes: ${error.split("\n")[0]!.slice(0, 200)}`],
  };
}

export const promptfoo: TraceFormat = {
  id: "promptfoo",
  title: "promptfoo results",
  detect: ({ beginning, first }) => resultsOf(first).slice(0, 20).some(isResult) || beginning.some(isResult),
  *read({ values, first }) {
    const inside = resultsOf(first).filter(isResult);
    const results = inside.length > 0 ? inside : values.map(object).filter(isResult);
    for (const [place, result] of results.entries()) yield* resultRuns(result, place);
  },
};
