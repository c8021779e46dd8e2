/** Conversations as datasets keep them: ShareGPT's `conversations`, lists of `messages`, and lists of them. */
import { goldAnswer } from "../../text/answer";
import { askedTurns, turnsOf } from "../answers/asked";
import type { TraceFormat } from "../format";
import { sessionRuns, type ForeignTurn } from "../reading/foreignSession";
import { list, object, scalar, text, type Json } from "../reading/jsonValue";
import { roleOf } from "../reading/foreignMessage";
import { goldOf, verdictsOf } from "./columns";
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
  "history",
];

const isTurn = (value: unknown) => roleOf(object(value)["role"] ?? object(value)["from"]) !== undefined;
const isConversation = (value: unknown) =>
  list(value).some((each) => roleOf(object(each)["role"] ?? object(each)["from"]) === "assistant") &&
  list(value).slice(0, 4).every(isTurn);

/** The turns of a row, or of a list of turns. */
function conversationOf(value: unknown): { row: Json; turns: unknown[] } | undefined {
  if (isConversation(value)) return { row: {}, turns: list(value) };
  const row = object(value);
  const field = FIELDS.find((name) => isConversation(row[name]));
  return field === undefined ? undefined : { row, turns: list(row[field]) };
}

function readTurns({ row, turns }: { row: Json; turns: unknown[] }): ForeignTurn[] {
  const system = askedTurns({ system: row["system"] });
  return [...system, ...turnsOf(turns)];
}

/** The right answer stands beside the turns, or with one of them (AM-DeepSeek-R1). */
function goldIn({ row, turns }: { row: Json; turns: unknown[] }): string | undefined {
  const inside = turns.map((turn) => scalar(object(object(turn)["info"])["reference_answer"]));
  const gold = goldOf(row) ?? inside.find((each) => each !== undefined && each !== "");
  return gold === undefined ? undefined : goldAnswer(gold);
}

export const conversations: TraceFormat = {
  id: "conversations",
  isGeneric: true,
  title: "Conversations",
  detect: (source) =>
    source.values.slice(0, 20).some((value) => conversationOf(value) !== undefined) ||
    (source.document?.isList === true && isConversation(source.values)) ||
    (source.document?.isLines === true && isConversation(source.values)),
  *read(source, problems) {
    // One list of turns, or one turn a line, is one conversation.
    const isOne = isConversation(source.values);
    const all = isOne ? [source.values] : source.values;
    let without = 0;
    for (const [index, value] of all.entries()) {
      const found = conversationOf(value);
      if (!found) {
        without += 1;
        continue;
      }
      const id = scalar(found.row["id"]) ?? scalar(found.row["uuid"]) ?? `${index + 1}`;
      yield* sessionRuns({
        id,
        title: text(found.row["title"]),
        model: text(found.row["model"]),
        turns: readTurns(found),
        gold: goldIn(found),
        verdicts: verdictsOf(found.row, 0),
      });
    }
    if (without > 0) problems.push(l10n.later`${without} of ${all.length} rows hold no conversation with a model.`);
  },
};
