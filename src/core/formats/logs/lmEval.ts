/** Samples of the lm-evaluation-harness (`samples_*.jsonl`): one run for each response, with the harness's own metric. */
import { goldAnswer } from "../../text/answer";
import type { Verdict } from "../../trace/trace";
import type { TraceFormat } from "../format";
import { readReasoning } from "../reading/foreignParts";
import { parseJson } from "../reading/jsonDocument";
import { promptOf } from "../reading/foreignSession";
import { turnsOf } from "../answers/asked";
import { goldOf } from "../rows/columns";
import { list, number, object, scalar, text, type Json } from "../reading/jsonValue";

const isSample = (value: Json) => "doc" in value && "resps" in value && ("target" in value || "arguments" in value);

/** The prompt of the first request: `arguments` is a list of requests, or an object of them by name. */
function promptIn(sample: Json): string {
  const requests = sample["arguments"];
  const first = Array.isArray(requests) ? (requests as unknown[])[0] : Object.values(object(requests))[0];
  return text(Array.isArray(first) ? (first as unknown[])[0] : object(first)["arg_0"]) ?? "";
}

/** A chat is kept as JSON of its messages. */
function promptTurns(prompt: string) {
  const messages = /^\s*\[\s*\{/.test(prompt) ? parseJson(prompt) : undefined;
  return turnsOf(Array.isArray(messages) ? messages : prompt);
}

/** Texts of all responses; those of tasks that only compare likelihoods are numbers and hold no text. */
function responsesOf(sample: Json): string[] {
  const flat = list(sample["resps"]).flatMap((each) => (Array.isArray(each) ? (each as unknown[]) : [each]));
  return flat
    .flatMap((each) => text(Array.isArray(each) ? (each as unknown[])[0] : each) ?? [])
    .filter((each) => each.trim() !== "");
}

const METRIC = /^(?:exact_match|acc|acc_norm|f1|em|correct|score|math_verify|pass_at_1|prompt_level_strict_acc)/;

function verdictsOf(sample: Json): Verdict[] {
  const filter = text(sample["filter"]);
  return Object.entries(sample).flatMap(([name, value]): Verdict[] => {
    if (!METRIC.test(name)) return [];
    const words = scalar(value);
    if (words === undefined) return [];
    const score = typeof value === "boolean" ? Number(value) : number(value);
    const correct = score === 1 ? { correct: true } : score === 0 ? { correct: false } : {};
    return [
      {
        by: `lm-eval ${name}${filter === undefined || filter === "none" ? "" : ` (${filter})`}`,
        value: words,
        ...correct,
      },
    ];
  });
}

export const lmEval: TraceFormat = {
  id: "lm-eval",
  title: "Samples of lm-evaluation-harness",
  detect: ({ beginning }) => beginning.some(isSample),
  *read({ values, document }, problems) {
    let [silent, other] = [0, 0];
    for (const value of values) {
      const sample = object(value);
      if (!isSample(sample)) {
        other += 1;
        continue;
      }
      const responses = responsesOf(sample);
      if (responses.length === 0) silent += 1;
      const gold = scalar(sample["target"]) ?? goldOf(object(sample["doc"]));
      const id = scalar(sample["doc_id"]) ?? "sample";
      for (const [nth, response] of responses.entries()) {
        yield {
          id: nth === 0 ? id : `${id}-${nth + 1}`,
          title: `question ${id}`,
          model: undefined,
          messages: promptOf(promptTurns(promptIn(sample))),
          parts: readReasoning(response).parts,
          gold: gold === undefined || gold === "" ? undefined : goldAnswer(gold),
          verdicts: verdictsOf(sample),
        };
      }
    }
    if (silent > 0) problems.push(`${silent} samples compare likelihoods and hold no text of a model.`);
    if (other > 0) problems.push(`${other} lines are no samples of the harness.`);
    const broken = document?.broken ?? 0;
    if (broken > 0) problems.push(`${broken} ${broken === 1 ? "line is" : "lines are"} not JSON and left out.`);
  },
};
