/** Samples of the lm-evaluation-harness (`samples_*.jsonl`): one run for each response, with the harness's own metric. */
import { acceptedIn } from "../../text/acceptedAnswers";
import { goldAnswer } from "../../text/answer";
import type { Verdict } from "../../trace/trace";
import type { TraceFormat } from "../format";
import { acceptedText } from "../reading/acceptedLists";
import type { ForeignPart } from "../reading/foreignParts";
import { brokenLines, parseJson } from "../reading/jsonDocument";
import { promptOf } from "../reading/foreignSession";
import { turnsOf } from "../answers/asked";
import { goldOf } from "../rows/columns";
import { list, number, object, scalar, text, type Json } from "../reading/jsonValue";
import { readCompletion } from "../texts/completed";
import { l10n } from "../../text/l10n";

const isSample = (value: Json) => "doc" in value && "resps" in value && ("target" in value || "arguments" in value);

/** The prompt of the first request: `arguments` is a list of requests, or an object of them by name. */
function promptIn(sample: Json): string {
  const requests = sample["arguments"];
  const first = Array.isArray(requests) ? (requests as unknown[])[0] : Object.values(object(requests))[0];
  const asked = Array.isArray(first) ? (first as unknown[])[0] : object(first)["arg_0"];
  return text(asked) ?? text(list(asked)[0]) ?? "";
}

/** A chat is kept as JSON of its messages. */
function promptTurns(prompt: string) {
  const messages = /^\s*\[\s*\{/.test(prompt) ? parseJson(prompt) : undefined;
  return turnsOf(Array.isArray(messages) ? messages : prompt);
}

/** Texts of a list, or of the lists in it. */
function textsIn(value: unknown): string[] {
  const flat = list(value).flatMap((each) => (Array.isArray(each) ? (each as unknown[]) : [each]));
  return flat.flatMap((each) => text(Array.isArray(each) ? (each as unknown[])[0] : each) ?? []);
}

/** The likelihood of a continuation, and whether it is the greediest: of a task that compares likelihoods, as text. */
const isLikelihood = (value: unknown): boolean => {
  const pair = list(value);
  if (pair.length === 1) return isLikelihood(pair[0]);
  return pair.length === 2 && number(pair[0]) !== undefined && /^(?:true|false)$/i.test(String(pair[1]));
};

/** Texts of all responses; those of tasks that only compare likelihoods are numbers and hold no text. */
const responsesOf = (sample: Json) =>
  textsIn(list(sample["resps"]).filter((each) => !isLikelihood(each))).filter((each) => each.trim() !== "");

/** What a filter of the harness took out of a response, where it took anything. */
function filteredOf(sample: Json, nth: number, response: string): string | undefined {
  const filtered = textsIn(sample["filtered_resps"])[nth]?.trim();
  return filtered === "" || filtered === "[invalid]" || filtered === response.trim() ? undefined : filtered;
}

/** Words of a response that says no more than its answer: few, and on one line. */
const FEW_WORDS = 8;
const isBare = (text: string) => !text.includes("\n") && text.split(" ", FEW_WORDS + 1).length <= FEW_WORDS;

/** Most tasks of the harness ask for the answer alone; a longer response without marks is reasoning up to its answer. */
function partsOf(prompt: string, response: string): ForeignPart[] {
  const { parts } = readCompletion(prompt, response);
  const [only] = parts;
  const isAnswer = parts.length === 1 && only?.kind === "thinking" && isBare(only.text);
  return isAnswer && !/[<[◁]/.test(response) ? [{ ...only, kind: "answer" }] : parts;
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

/** The target; where the question's own row has it among several that are right, all of them. */
function rightOf(sample: Json): string | undefined {
  const target = scalar(sample["target"])?.trim() || acceptedText(sample["target"]);
  const own = goldOf(object(sample["doc"]));
  return target === undefined || (own !== undefined && acceptedIn(own).includes(target)) ? own : target;
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
      const gold = rightOf(sample);
      const id = scalar(sample["doc_id"]) ?? "sample";
      for (const [nth, response] of responses.entries()) {
        yield {
          id: nth === 0 ? id : `${id}-${nth + 1}`,
          title: `question ${id}`,
          model: undefined,
          messages: promptOf(promptTurns(promptIn(sample))),
          parts: partsOf(promptIn(sample), response),
          answer: filteredOf(sample, nth, response),
          gold: gold === undefined || gold === "" ? undefined : goldAnswer(gold),
          verdicts: verdictsOf(sample),
        };
      }
    }
    if (silent > 0) problems.push(l10n.later`${silent} samples compare likelihoods and hold no text of a model.`);
    if (other > 0) problems.push(l10n.later`${other} lines are no samples of the harness.`);
    const broken = document?.broken ?? 0;
    if (broken > 0) problems.push(brokenLines(broken));
  },
};
