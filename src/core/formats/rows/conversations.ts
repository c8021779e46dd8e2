/** Conversations as datasets keep them: ShareGPT's `conversations`, lists of `messages`, and lists of them. */
import { goldAnswer } from "../../text/answer";
import { askedTurns, turnsOf } from "../answers/asked";
import { langChainTurn } from "../answers/langChain";
import type { TraceFormat } from "../format";
import type { Role } from "../../trace/trace";
import { saidNothing, sessionRuns, type ForeignTurn } from "../reading/foreignSession";
import { list, object, scalar, text, type Json } from "../reading/jsonValue";
import { roleOf } from "../reading/foreignMessage";
import type { Source } from "../source";
import { goldOf, verdictsOf } from "./columns";
import { scoreColumns } from "./scoreColumns";
import { l10n } from "../../text/l10n";

const FIELDS = [
  "messages",
  "conversations",
  "conversation",
  "dialogue",
  "dialog",
  "chat",
  "turns",
  "trajectory",
  // tau-bench.
  "traj",
  "history",
  "generated_text",
  "contents",
];

/** Who speaks: by role, as ShareGPT has it, or by LangChain's type or class; Pydantic AI tells requests from responses. */
function speakerOf(value: unknown): Role | undefined {
  const turn = object(value);
  const className = list(turn["id"]).at(-1);
  if (Array.isArray(turn["parts"]) && (turn["kind"] === "request" || turn["kind"] === "response"))
    return turn["kind"] === "response" ? "assistant" : "user";
  const named = [turn["role"], turn["from"], turn["type"], className].map(roleOf).find((role) => role !== undefined);
  if (named !== undefined || turn["role"] !== undefined) return named;
  // Items of the Responses API.
  const type = text(turn["type"]) ?? "";
  if (type.endsWith("_call_output")) return "tool";
  return type === "reasoning" || type.endsWith("_call") ? "assistant" : undefined;
}

const PART_ROLES: Record<string, Role> = { "system-prompt": "system", "tool-return": "tool", "retry-prompt": "tool" };

/** Parts of a request of Pydantic AI are turns of several speakers. */
function partTurns(value: unknown): unknown[] {
  const turn = object(value);
  if (turn["kind"] !== "request" || !Array.isArray(turn["parts"])) return [value];
  return list(turn["parts"])
    .map(object)
    .map((part) => ({ ...part, role: PART_ROLES[text(part["part_kind"]) ?? ""] ?? "user", kind: undefined }));
}

const isTurn = (value: unknown) => speakerOf(value) !== undefined;
const isConversation = (value: unknown) =>
  list(value).some((each) => speakerOf(each) === "assistant") && list(value).slice(0, 4).every(isTurn);

/** Fields that hold what was asked and what was answered, each as turns. */
const ASKED = [
  ["prompt", "completion"],
  ["input", "output"],
  ["inputs", "outputs"],
] as const;

/** The turns of a row, or of a list of turns. */
function conversationOf(value: unknown): { row: Json; turns: unknown[] } | undefined {
  if (isConversation(value)) return { row: {}, turns: list(value) };
  const row = object(value);
  for (const [asked, answered] of ASKED) {
    const turns = [...list(row[asked]), ...list(row[answered])];
    if (list(row[asked]).length > 0 && isConversation(list(row[answered])) && isConversation(turns))
      return { row, turns };
  }
  const field = FIELDS.find((name) => isConversation(row[name]));
  return field === undefined ? undefined : { row, turns: list(row[field]) };
}

function readTurns({ row, turns }: { row: Json; turns: unknown[] }): ForeignTurn[] {
  const system = askedTurns({ system: row["system"] });
  const said = turns.flatMap(partTurns);
  return [...system, ...said.map((turn) => (speakerOf(turn) === "assistant" ? replyTurn(turn) : turnsOf([turn])[0]!))];
}

/** A reply, with what is known of the call that made it. */
function replyTurn(value: unknown): ForeignTurn {
  const turn = object(value);
  const { finish, ...known } = langChainTurn(
    "kind" in turn ? { ...turn, role: "assistant", content: turn["parts"], parts: undefined } : turn,
  );
  return { ...known, finish: finish ?? text(turn["finish_reason"]), model: known.model ?? text(turn["model_name"]) };
}

/** The right answer stands beside the turns, or with one of them (AM-DeepSeek-R1). */
function goldIn({ row, turns }: { row: Json; turns: unknown[] }, scores: ReadonlySet<string>): string | undefined {
  const inside = turns.map((turn) => scalar(object(object(turn)["info"])["reference_answer"]));
  const gold = goldOf(row, scores) ?? inside.find((each) => each !== undefined && each !== "");
  return gold === undefined ? undefined : goldAnswer(gold);
}

/** Turns line by line, below a line that says what the session is. */
function spokenLines({ document, values }: Source): unknown[] | undefined {
  const said = values.slice(1);
  return document?.isLines === true &&
    values.length > 2 &&
    !isTurn(values[0]) &&
    conversationOf(values[0]) === undefined &&
    isConversation(said)
    ? said
    : undefined;
}

/** The rows of a file: its values, or the list of an only object that holds the most conversations. */
function rowsOf({ values }: Source): unknown[] {
  if (values.length !== 1 || conversationOf(values[0]) !== undefined) return values;
  const lists = Object.values(object(values[0])).map(list);
  const counts = lists.map((rows) => rows.slice(0, 20).filter((row) => conversationOf(row) !== undefined).length);
  const most = Math.max(0, ...counts);
  return most === 0 ? values : lists[counts.indexOf(most)]!;
}

export const conversations: TraceFormat = {
  id: "conversations",
  isGeneric: true,
  title: "Conversations",
  detect: (source) =>
    rowsOf(source)
      .slice(0, 20)
      .some((value) => conversationOf(value) !== undefined) ||
    (source.document?.isList === true && isConversation(source.values)) ||
    (source.document?.isLines === true && isConversation(source.values)) ||
    spokenLines(source) !== undefined,
  *read(source, problems) {
    // One list of turns, or one turn a line, is one conversation.
    const isOne = isConversation(source.values);
    const said = spokenLines(source);
    const all = isOne ? [source.values] : said ? [said] : rowsOf(source);
    const scores = scoreColumns(all.map(object));
    let [without, silent] = [0, 0];
    for (const [index, value] of all.entries()) {
      const found = conversationOf(value);
      if (!found) {
        without += 1;
        continue;
      }
      const id = scalar(found.row["id"]) ?? scalar(found.row["uuid"]) ?? `${index + 1}`;
      const runs = [
        ...sessionRuns({
          id,
          title: text(found.row["title"]),
          model: text(found.row["model"]),
          turns: readTurns(found),
          gold: goldIn(found, scores),
          verdicts: verdictsOf(found.row, 0, scores),
        }),
      ];
      if (runs.length === 0) silent += 1;
      yield* runs;
    }
    if (without > 0) problems.push(l10n.later`${without} of ${all.length} rows hold no conversation with a model.`);
    if (silent > 0) problems.push(saidNothing(silent, all.length));
  },
};
