/** Outputs of MathArena: the published rows, one for each run of a model, and its own files, with all runs of one problem. */
import { goldAnswer } from "../../text/answer";
import type { Role, Verdict } from "../../trace/trace";
import type { TraceFormat } from "../format";
import { readMessage } from "../reading/foreignMessage";
import type { MessagePart } from "../reading/messagePart";
import type { ForeignRun } from "../reading/foreignRun";
import { sessionRuns, type ForeignTurn } from "../reading/foreignSession";
import { parseJson } from "../reading/jsonDocument";
import { list, number, object, scalar, text, type Json } from "../reading/jsonValue";

const isRow = (row: Json) => "problem_idx" in row && "idx_answer" in row && typeof row["answer"] === "string";
/** Runs of one problem, side by side. */
const isProblem = (value: Json) =>
  "gold_answer" in value && Array.isArray(value["answers"]) && Array.isArray(list(value["messages"])[0]);

const THOUGHT = ["cot", "thinking", "reasoning"];
const RESULTS = ["tool_response", "function_call_output"];

/** A message says by its type whether it is thought; calls of tools stand alone. */
function turnOf(value: unknown): ForeignTurn {
  const message = object(value);
  const type = text(message["type"]) ?? "";
  const content = text(message["content"]);
  const part = (role: Role, parts: MessagePart[]): ForeignTurn => ({ role, parts });
  const id = text(message["tool_call_id"]);
  const name = text(message["tool_name"]) ?? "tool";
  if (type === "tool_call" || type === "internal_tool_call") {
    const given = message["arguments"] ?? { code: message["code"] ?? content };
    const call = { kind: "call", name, arguments: typeof given === "string" ? given : JSON.stringify(given) } as const;
    return part("assistant", [{ ...call, ...(id === undefined ? {} : { id }) }]);
  }
  if (RESULTS.includes(text(message["role"]) ?? ""))
    return part("tool", [
      { kind: "result", name, text: content ?? "", failed: false, ...(id === undefined ? {} : { id }) },
    ]);
  if (message["role"] === "assistant" && THOUGHT.includes(type) && content !== undefined)
    return part("assistant", [{ kind: "thinking", text: content }]);
  return readMessage(message);
}

function verdictOf(correct: unknown): Verdict[] {
  return typeof correct === "boolean" ? [{ by: "MathArena", value: String(correct), correct }] : [];
}

/** One run: its conversation, with what was counted for all of it where that is one answer. */
function* runOf(
  about: Pick<ForeignRun, "id" | "model" | "gold">,
  correct: unknown,
  said: unknown[],
  cost: Json,
): Generator<ForeignRun> {
  const turns = said.map(turnOf);
  const isOne = turns.filter(({ role }) => role === "user").length === 1 && turns.every(({ role }) => role !== "tool");
  const first = isOne ? turns.findIndex(({ role }) => role === "assistant") : -1;
  const counted = {
    promptTokens: number(cost["input_tokens"]),
    completionTokens: number(cost["output_tokens"]),
  };
  const known = turns.map((turn, at) => (at === first ? { ...turn, ...counted } : turn));
  yield* sessionRuns({ ...about, title: `problem ${about.id}`, turns: known, verdicts: verdictOf(correct) });
}

const goldOf = (value: unknown): string | undefined => {
  const gold = scalar(value)?.trim();
  return gold === undefined || gold === "" || gold === "None" ? undefined : goldAnswer(gold);
};

function* rowRuns(row: Json): Generator<ForeignRun> {
  const packed = row["all_messages"];
  const kept = list(typeof packed === "string" ? parseJson(packed) : packed);
  const plain = [
    { role: "user", content: row["user_message"] ?? row["problem"] },
    { role: "assistant", content: row["answer"] },
  ];
  const nth = number(row["idx_answer"]) ?? 0;
  const problem = scalar(row["problem_idx"]) ?? "problem";
  const about = {
    id: nth === 0 ? problem : `${problem}-${nth + 1}`,
    model: text(row["model_name"]) ?? text(row["model_config"]),
    gold: goldOf(row["gold_answer"]),
  };
  yield* runOf(about, row["correct"], kept.length > 0 ? kept : plain, row);
}

function* problemRuns(value: Json): Generator<ForeignRun> {
  const problem = scalar(value["idx"]) ?? "problem";
  const costs = list(value["detailed_costs"]).map(object);
  for (const [nth, said] of list(value["messages"]).entries()) {
    const about = {
      id: nth === 0 ? problem : `${problem}-${nth + 1}`,
      model: undefined,
      gold: goldOf(value["gold_answer"]),
    };
    yield* runOf(about, list(value["correct"])[nth], list(said), costs[nth] ?? {});
  }
}

export const mathArena: TraceFormat = {
  id: "matharena",
  title: "Outputs of MathArena",
  detect: ({ beginning }) => beginning.some((row) => isRow(row) || isProblem(row)),
  *read({ values }) {
    for (const value of values) {
      const row = object(value);
      if (isRow(row)) yield* rowRuns(row);
      else if (isProblem(row)) yield* problemRuns(row);
    }
  },
};
