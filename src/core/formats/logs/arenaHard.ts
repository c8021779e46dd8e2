/**
 * Answers and judgments of Arena-Hard and MT-Bench (`model_answer/*.jsonl`, `model_judgment/*.jsonl`): an answer is a run of
 * the model, a judgment one of the judge, with the verdict that it came to as its answer.
 */
import type { Message } from "../../trace/trace";
import { turnsOf } from "../answers/asked";
import type { TraceFormat } from "../format";
import { isMarked, readMarkedText, turnParts, type ForeignPart } from "../reading/foreignParts";
import type { ForeignRun } from "../reading/foreignRun";
import { promptOf } from "../reading/foreignSession";
import { list, object, scalar, text, type Json } from "../reading/jsonValue";
import { l10n } from "../../text/l10n";

const repliesOf = (row: Json) => list(row["messages"]).map(object);
const turnsIn = (row: Json) => list(row["choices"]).flatMap((choice) => list(object(choice)["turns"]));

/** Of version 2, whose reply is an object; before it, and in MT-Bench, replies stand without their questions. */
const isAnswer = (row: Json) => "ans_id" in row && "answer" in object(repliesOf(row).at(-1)?.["content"]);
const isOldAnswer = (row: Json) => "answer_id" in row && turnsIn(row).length > 0;
const isJudgment = (row: Json) => gamesOf(row).length > 0;

const JUDGMENT = ["judgment", "judgement"];
const judgmentIn = (game: Json) =>
  JUDGMENT.map((name) => game[name]).find((each) => each !== undefined && each !== null);

/** What a judge was asked and said: a list, one game of MT-Bench, or its two that compare. */
function gamesOf(row: Json): Json[] {
  if (!("judge" in row) || !("model" in row || "model_1" in row)) return [];
  const games = list(row["games"]).map(object);
  const two = ["g1", "g2"].map((name) => ({
    user_prompt: row[`${name}_user_prompt`],
    judgment: row[`${name}_judgment`],
    score: row[`${name}_winner`],
  }));
  return [...games, row, ...two].filter((game) => judgmentIn(game) !== undefined);
}

/** A reply as its text, or with its thought beside it. */
function partsOf(said: unknown): ForeignPart[] {
  const { thought, answer } = object(said);
  const [thinking, written] = [text(thought) ?? "", text(answer) ?? text(said) ?? ""];
  if (thinking.trim() === "") return readMarkedText(written).parts;
  return turnParts([
    { kind: "thinking", text: thinking },
    { kind: "text", text: written },
  ]);
}

/** A judge weighs the answers up to the line with its verdict, as `[[A>B]]`. */
function weighed(said: string): ForeignPart[] {
  const written = text(said)!;
  const at = written.lastIndexOf("\n", written.lastIndexOf("[[")) + 1;
  const [thinking, answer] = [written.slice(0, at).trim(), written.slice(at).trim()];
  const words: ForeignPart[] = [
    { kind: "thinking", text: thinking },
    { kind: "answer", text: answer },
  ];
  return words.filter((part) => !("text" in part) || part.text !== "");
}

function* answered(row: Json, id: string): Generator<ForeignRun> {
  const replies = repliesOf(row);
  const messages = replies
    .slice(0, -1)
    .map((each) => ({ ...each, content: object(each["content"])["answer"] ?? each["content"] }));
  const parts = partsOf(replies.at(-1)!["content"]);
  yield { id, title: `question ${id}`, model: text(row["model"]), messages: promptOf(turnsOf(messages)), parts };
}

function* answeredBefore(row: Json, id: string): Generator<ForeignRun> {
  const model = text(row["model_id"]) ?? text(row["model"]);
  for (const [sample, choice] of list(row["choices"]).entries()) {
    const turns = list(object(choice)["turns"]).map((turn) => partsOf(object(turn)["content"] ?? turn));
    const name = sample === 0 ? id : `${id}-${sample + 1}`;
    const said: Message[] = [];
    for (const [nth, parts] of turns.entries()) {
      const many = turns.length > 1 ? { group: name, turn: { n: nth + 1, of: turns.length } } : {};
      yield {
        id: nth === 0 ? name : `${name}-turn-${nth + 1}`,
        title: `question ${id}`,
        model,
        messages: [...said],
        parts,
        ...many,
      };
      const content = parts.flatMap((part) => (part.kind === "answer" ? [part.text] : [])).join("\n\n");
      said.push({ role: "assistant", content });
    }
  }
}

function* judged(row: Json, id: string): Generator<ForeignRun> {
  const [one, other] = [text(row["model"]) ?? text(row["model_1"]), text(row["baseline"]) ?? text(row["model_2"])];
  const games = gamesOf(row);
  for (const [nth, game] of games.entries()) {
    const said = judgmentIn(game);
    yield {
      id: nth === 0 ? id : `${id}-game-${nth + 1}`,
      title: [`question ${id}`, one, ...(other === undefined ? [] : [`against ${other}`])].join(", "),
      model: scalar(row["judge"]) ?? text(list(row["judge"])[0]),
      messages: promptOf(turnsOf(game["prompt"] ?? game["user_prompt"] ?? "")),
      parts: typeof said === "string" && !isMarked(said) ? weighed(said) : partsOf(said),
      answer: scalar(game["score"]),
    };
  }
}

export const arenaHard: TraceFormat = {
  id: "arena-hard",
  title: "Answers and judgments of Arena-Hard and MT-Bench",
  detect: ({ beginning }) => beginning.some((row) => isAnswer(row) || isOldAnswer(row) || isJudgment(row)),
  *read({ values }, problems) {
    let unasked = 0;
    for (const [place, value] of values.entries()) {
      const row = object(value);
      const id = scalar(row["uid"]) ?? scalar(row["question_id"]) ?? `${place + 1}`;
      if (isAnswer(row)) yield* answered(row, id);
      else if (isJudgment(row)) yield* judged(row, id);
      else if (isOldAnswer(row)) {
        unasked += 1;
        yield* answeredBefore(row, id);
      }
    }
    if (unasked > 0)
      problems.push(
        l10n.later`The answers stand here without their questions, which are in the benchmark's question.jsonl.`,
      );
  },
};
