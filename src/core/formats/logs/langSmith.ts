/** Runs of LangSmith, as its page and its API export them and its SDKs send them: those of type `llm`, also inside others. */
import type { Verdict } from "../../trace/trace";
import type { TraceFormat } from "../format";
import { list, msBetween, number, object, scalar, text, type Json } from "../reading/jsonValue";
import { callRuns, replyTurns, requestTurns, type CallRun } from "./loggedCall";
import { l10n } from "../../text/l10n";

/** Runs of one file that are looked at: they hold one another. */
const MOST_RUNS = 50_000;

const isRun = (value: Json) => typeof value["run_type"] === "string" && ("inputs" in value || "outputs" in value);

/** What an SDK sends: runs as they began, each with what its end added. */
function batchedRuns(batch: Json): Json[] {
  const ends = list(batch["patch"]).map(object);
  return list(batch["post"])
    .map(object)
    .map((run) => {
      const end = ends.find((each) => each["id"] === run["id"] || each["dotted_order"] === run["dotted_order"]);
      return { ...run, ...end };
    });
}

const holdsRun = (value: Json) =>
  isRun(value) || [...list(value["runs"]), ...list(value["post"])].map(object).some(isRun);

function runsIn(values: readonly unknown[]): Json[] {
  const waiting = values.map(object).reverse();
  const found: Json[] = [];
  while (waiting.length > 0 && found.length < MOST_RUNS) {
    const value = waiting.pop()!;
    if (isRun(value)) found.push(value);
    const inside = [...list(value["runs"]), ...list(value["child_runs"])].map(object);
    waiting.push(...[...inside, ...batchedRuns(value)].reverse());
  }
  return found;
}

function modelOf(run: Json): string | undefined {
  const extra = object(run["extra"]);
  const metadata = object(extra["metadata"]);
  const called = object(extra["invocation_params"]);
  return ["ls_model_name", "model_name", "model"]
    .map((name) => text(metadata[name]) ?? text(called[name]))
    .find((name) => name !== undefined);
}

function verdictsOf(run: Json): Verdict[] {
  const stats = Object.entries(object(run["feedback_stats"])).map(([by, stat]) => [by, object(stat)["avg"]] as const);
  const given = list(run["feedback"])
    .map(object)
    .map(({ key, score, value }) => [text(key) ?? "feedback", score ?? value] as const);
  return [...stats, ...given].flatMap(([by, value]): Verdict[] => {
    const words = scalar(value);
    if (words === undefined) return [];
    const correct =
      value === 1 || value === true ? { correct: true } : value === 0 || value === false ? { correct: false } : {};
    return [{ by, value: words, ...correct }];
  });
}

function callOf(run: Json): CallRun | undefined {
  const reply = replyTurns(run["outputs"]);
  if (reply.length === 0) return undefined;
  const details = object(object(run["outputs"])["usage_metadata"]);
  return {
    id: text(run["id"]) ?? "run",
    title: text(run["name"]),
    asked: requestTurns(run["inputs"]),
    reply,
    model: modelOf(run),
    started: text(run["start_time"]),
    ms: msBetween(run["start_time"], run["end_time"]),
    promptTokens: number(run["prompt_tokens"]) ?? number(details["input_tokens"]),
    completionTokens: number(run["completion_tokens"]) ?? number(details["output_tokens"]),
    reasoningTokens: number(object(details["output_token_details"])["reasoning"]),
  };
}

export const langSmith: TraceFormat = {
  id: "langsmith",
  title: "LangSmith runs",
  detect: ({ beginning }) => beginning.some(holdsRun),
  *read({ values }, problems) {
    const all = runsIn(values);
    const calls = all.filter((run) => run["run_type"] === "llm");
    const byTrace = new Map<string, Json[]>();
    for (const run of calls) {
      const trace = text(run["trace_id"]) ?? text(run["id"]) ?? "trace";
      const known = byTrace.get(trace);
      if (known) known.push(run);
      else byTrace.set(trace, [run]);
    }
    const roots = new Map(all.map((run) => [text(run["id"]) ?? "", run]));
    let count = 0;
    for (const [group, runs] of byTrace) {
      const inOrder = runs.toSorted((a, b) => (text(a["start_time"]) ?? "").localeCompare(text(b["start_time"]) ?? ""));
      const verdicts = verdictsOf(roots.get(group) ?? runs[0]!);
      const read = inOrder.map(callOf).filter((call) => call !== undefined);
      for (const run of callRuns(read, { group, verdicts })) {
        count += 1;
        yield run;
      }
    }
    if (count === 0) problems.push(l10n.later`No run of the file is a call of a model with an output.`);
  },
};
