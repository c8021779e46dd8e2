/** The options of a multiple-choice question, in the ways in which datasets list them, and which of them is right. */
import { list } from "../formats/reading/jsonValue";
import { record, scalarText } from "./frontMatter";

export interface Option {
  /** As in `A` or `1`. */
  label: string;
  text: string;
}

const LISTS = ["choices", "options", "answer_choices", "endings", "candidates"];
/** Columns of one option each: `A`, `option_a`, `opa`, `option1`, `sol1`, `ending0`. */
const COLUMN = /^(?:(?:op|option_?|choice_?|ending_?|sol_?)([a-j]|\d)|([a-j]))$/;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/** `A)`, `(B) `, `C. ` before an option's text. */
const LABELLED = /^\(?([A-J])[).:] ?/;

const lettered = (texts: readonly string[]): Option[] =>
  texts.map((text, at) => ({ label: LETTERS[at] ?? String(at + 1), text }));

/** Options that carry their letters already lose them. */
function withoutLabels(texts: readonly string[]): Option[] {
  const labelled = texts.every((text, at) => LABELLED.exec(text)?.[1] === LETTERS[at]);
  return lettered(labelled ? texts.map((text) => text.replace(LABELLED, "")) : texts);
}

const textsOf = (values: readonly unknown[]): string[] | undefined => {
  const texts = values.map((value) => scalarText(value)?.trim());
  return texts.length > 0 && !texts.includes(undefined) ? (texts as string[]) : undefined;
};

/** A list as Python writes it, or JSON, in a text. */
function parsed(text: string): unknown {
  for (const source of [text, text.replace(/'/g, '"')]) {
    try {
      return JSON.parse(source) as unknown;
    } catch {
      // The next spelling.
    }
  }
  return undefined;
}

/** What comes before the first of options in one text: `A)`, `(A)`, `A.`, `a )`. */
const FIRST_MARK = /^(\(?)(A|a)( ?[).:])\s/;
const LONGEST_WRITTEN = 20_000;

/** Options one after the other in one text, as in `A) 54 B) 56`; undefined where a letter is missing or comes twice. */
function writtenOptions(value: string): Option[] | undefined {
  const text = ` ${value.slice(0, LONGEST_WRITTEN).trim()} `.replace(/\s/g, " ");
  const [, open = "", letter, close = ""] = FIRST_MARK.exec(text.slice(1)) ?? [];
  if (letter === undefined) return undefined;
  const marks = [...LETTERS].map((each) => ` ${open}${letter === "a" ? each.toLowerCase() : each}${close} `);
  const places = marks.map((mark) => text.indexOf(mark));
  const count = places.indexOf(-1);
  const isInOrder = places.every((place, at) => at >= count || at === 0 || place > places[at - 1]!);
  const isOnce = marks.every((mark, at) =>
    at < count ? text.indexOf(mark, places[at]! + 1) < 0 : !text.includes(mark),
  );
  if (count < 2 || !isInOrder || !isOnce) return undefined;
  const texts = marks.slice(0, count).map((mark, at) => {
    const written = text.slice(places[at]! + mark.length, at + 1 < count ? places[at + 1] : undefined).trim();
    return at + 1 < count ? written.replace(/ ?[,;]$/, "") : written;
  });
  return texts.includes("") ? undefined : lettered(texts);
}

function optionsIn(value: unknown): Option[] | undefined {
  if (typeof value === "string")
    return /^\s*[[{]/.test(value) ? optionsIn(parsed(value.slice(0, LONGEST_WRITTEN))) : writtenOptions(value);
  if (Array.isArray(value)) {
    const texts = textsOf(list(value));
    if (texts) return withoutLabels(texts);
    const options = list(value).map((each) => {
      const { label, text } = record(each);
      return { label: scalarText(label) ?? "", text: scalarText(text) ?? "" };
    });
    return options.every(({ label, text }) => label !== "" && text !== "") ? options : undefined;
  }
  const fields = record(value);
  const [labels, texts] = [
    textsOf(list(fields["label"] ?? fields["labels"])),
    textsOf(list(fields["text"] ?? fields["texts"])),
  ];
  if (labels && labels.length === texts?.length) return labels.map((label, at) => ({ label, text: texts[at]! }));
  const keyed = Object.entries(fields);
  return keyed.length > 1 && keyed.every(([key, each]) => /^(?:[A-Z]|\d)$/.test(key) && scalarText(each) !== undefined)
    ? keyed.map(([label, each]) => ({ label, text: scalarText(each)! }))
    : undefined;
}

/** @param named the fields of a row by their plain names @returns undefined where it lists no two options */
export function optionsOf(named: ReadonlyMap<string, unknown>): Option[] | undefined {
  const listed = [...LISTS.map((name) => named.get(name)), record(named.get("question"))["choices"]];
  for (const value of listed) {
    const options = optionsIn(value);
    if (options && options.length > 1) return options;
  }
  const columns = [...named.keys()].filter((name) => COLUMN.test(name)).sort();
  const filled = columns.filter((name) => (scalarText(named.get(name))?.trim() ?? "") !== "");
  if (filled.length < 2 || filled.length > 10) return undefined;
  const marks = filled.map((name) =>
    COLUMN.exec(name)!
      .slice(1)
      .find((mark) => mark !== undefined)!,
  );
  // Columns that are numbered from 1 have numbers for labels; from 0 on they are counted, as lists are.
  const numbered = marks[0] === "1" && filled[0]!.startsWith("option");
  const isRow = marks.every(
    (mark, at) => mark === LETTERS[at]!.toLowerCase() || mark === String(Number(marks[0]) + at),
  );
  const texts = filled.map((name) => scalarText(named.get(name))!.trim());
  if (!isRow) return undefined;
  return numbered ? texts.map((text, at) => ({ label: String(at + 1), text })) : lettered(texts);
}

/** Whether a row that lists no options has a text for them, which the question does not say itself. */
export const hasUnreadOptions = (named: ReadonlyMap<string, unknown>, question: string): boolean =>
  LISTS.map((name) => named.get(name)).some(
    (value) => typeof value === "string" && value.trim() !== "" && !question.includes(value.trim()) && !isEmpty(value),
  );

/** A list of none or of one is no choice. */
function isEmpty(value: string): boolean {
  const json = /^\s*[[{]/.test(value) ? parsed(value.slice(0, LONGEST_WRITTEN)) : undefined;
  return json !== undefined && Object.keys(json as object).length < 2;
}

/**
 * The label of the right option, by its label or by its place from 0 on.
 * @param isPlace whether the name of the field says that it counts
 * @returns undefined where an answer is no option's label or place, but may be its text
 */
export function labelOf(options: readonly Option[], answer: unknown, isPlace = false): string | undefined {
  const said = scalarText(answer)?.trim() ?? "";
  const place = /^\d{1,2}$/.test(said) ? options[Number(said)]?.label : undefined;
  if (isPlace && place !== undefined) return place;
  const letter = /^\(?([A-Za-z\d])[).:]?$/.exec(said)?.[1] ?? said;
  const own = options.find(({ label }) => label === letter || label === letter.toUpperCase());
  if (own) return own.label;
  const isText = options.some(({ text }) => text === said);
  // A number among numbers is one of them, a number among texts is a place.
  const isNumbers = options.every(({ text }) => !Number.isNaN(Number(text)));
  return isText && (typeof answer !== "number" || isNumbers) ? undefined : place;
}

/** A question with its options below, where it does not name them all itself. */
export function withOptions(question: string, options: readonly Option[]): string {
  if (options.every(({ text }) => question.includes(text))) return question;
  return `${question}\n\n${options.map(({ label, text }) => `${label}. ${text}`).join("\n")}`;
}
