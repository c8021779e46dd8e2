/** Lists of answers that are all right, as datasets of questions and logs of tools write them. */
import { oneOf } from "../../text/acceptedAnswers";
import { list, object, scalar, text } from "./jsonValue";

/** A longer one is a worked solution, of which the first is as good as any. */
const LONGEST = 200;
/** Letters of options are one answer together. */
const LETTER = /^[A-J]$/;
const NAMES = ["value", "answer", "text"];

/** What a text holds: of TriviaQA's answers and of ComplexWebQuestions' the names by which a thing is known besides. */
function namesIn(value: unknown): string[] {
  const plain = scalar(value);
  if (plain !== undefined) return [plain];
  const fields = object(value);
  const first = NAMES.map((name) => scalar(fields[name])).find((each) => each !== undefined);
  return first === undefined ? [] : [first, ...list(fields["aliases"]).flatMap((each) => text(each) ?? [])];
}

/**
 * The right answers in a list, or in one that has other names.
 * @returns undefined where the value is neither, or its entries belong together
 */
export function acceptedText(value: unknown): string | undefined {
  const isNamed = list(object(value)["aliases"]).length > 0;
  const entries = isNamed ? [value] : list(value);
  if (!isNamed && entries.length < 2) return undefined;
  if (entries.some((each) => typeof each === "number" || typeof each === "boolean")) return undefined;
  const answers = entries.flatMap(namesIn).filter((each) => each.trim() !== "");
  const areOne = answers.every((each) => LETTER.test(each)) || answers.some((each) => each.length > LONGEST);
  return answers.length === 0 || (areOne && answers.length > 1) ? undefined : oneOf(answers);
}

/** Python's way to write a list of texts, as it gets into the cells of tables: `['a', "b's"]`. */
export function pythonList(written: string): string[] | undefined {
  const inside = /^\s*\[\s*(['"][^]*['"])\s*\]\s*$/.exec(written.slice(0, 20_000))?.[1];
  if (inside === undefined) return undefined;
  const items = inside.split(/(?<=['"]), ?(?=['"])/);
  const isList = items.every((item) => item.length > 1 && item[0] === item.at(-1));
  return isList ? items.map((item) => item.slice(1, -1).replace(/\\(['"\\])/g, "$1")) : undefined;
}
