/** What the columns of datasets are called, and the question and the right answer that a row of them holds. */
import { acceptedText, pythonList } from "../formats/reading/acceptedLists";
import { byPlainName } from "../formats/reading/fieldNames";
import { roleOf } from "../formats/reading/foreignMessage";
import { list } from "../formats/reading/jsonValue";
import { hasUnreadOptions, labelOf, optionsOf, withOptions } from "./datasetOptions";
import { oneOf } from "../text/acceptedAnswers";
import { isRecord } from "../text/record";
import { record, scalarText } from "./frontMatter";

type Named = ReadonlyMap<string, unknown>;

/** The usual names, as a person is told them. */
export const QUESTIONS = ["question", "problem", "prompt", "query", "input", "instruction"];
const OTHER_QUESTIONS =
  "user_input question_text question_content problem_statement problem_text s_question turns messages conversations 问题 題目 题目 問題 质问 질문 вопрос pregunta pergunta frage domanda".split(
    " ",
  );
/** Only of rows that list options. */
const OPTION_QUESTIONS = ["ctx", "goal", "sentence"];
const PLAIN_QUESTIONS = [...QUESTIONS, ...OTHER_QUESTIONS];
const ALL_QUESTIONS = [...PLAIN_QUESTIONS, ...OPTION_QUESTIONS];
/** What a question is about, before it. */
const CONTEXTS = ["passage", "context", "body", "article", "narrative", "theory", "story", "premises", "paragraph"];

/** The usual names, as a person is told them. */
export const ANSWERS = [
  "answer",
  "ground_truth",
  "gold",
  "expected",
  "target",
  "final_answer",
  "expected_answer",
  "gold_answer",
  "correct_answer",
  "reference_answer",
  "label",
  "solution",
  "output",
];
/** As they are looked for. What is said to be right comes before an answer, which may be a model's, and both before a worked solution. */
const RIGHT_ANSWERS =
  "answer_number ground_truth ground_truths gold gold_answer gold_answers expected expected_answer expected_output reference_answer correct_answer answer_key answer final_answer target targets answers answers_spans correct ideal best_answer correct_answers possible_answers reference references answer_text numerical_answer label l_solutions target_scores mc1_targets reward_model solution output outputs reference_outputs assert 答案 正解 정답 ответ respuesta réponse resposta antwort risposta".split(
    " ",
  );
/** Only of rows that list options. */
const OPTION_ANSWERS = ["correct_option", "answer_idx", "answer_index", "correct_index", "cop"];
/** Objects in which the fields of a row may stand. */
const INNER = ["row", "input", "inputs", "vars", "doc", "example", "item", "sample", "extra_info"];
const DEEPEST = 4;

/** The first thing that is found under several names; what comes after is not looked at. */
function firstOf<Found>(names: readonly string[], find: (name: string) => Found | undefined): Found | undefined {
  for (const name of names) {
    const found = find(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** JSON of an object or a list that stands in a text, as in the cells of tables, or a list as Python writes it. */
function unpacked(value: unknown): unknown {
  if (typeof value === "string" && /^\s*\[\s*'/.test(value)) return pythonList(value) ?? value;
  if (typeof value !== "string" || !/^\s*(?:\{\s*"|\[\s*["{])/.test(value) || value.length > 100_000) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** What is asked in a text, in the turns of a conversation, or in an object that holds one of them. */
function askedIn(value: unknown, depth = 0): string | undefined {
  const plain = scalarText(value)?.trim();
  if (plain !== undefined) {
    const inner = unpacked(value);
    return (inner === value || depth >= DEEPEST ? undefined : askedIn(inner, depth + 1)) ?? (plain || undefined);
  }
  if (Array.isArray(value)) {
    const turns = list(value).map(record);
    if (turns.length > 0 && turns.every((turn) => roleOf(turn["role"] ?? turn["from"]) !== undefined)) {
      const asked = turns.filter((turn) => roleOf(turn["role"] ?? turn["from"]) !== "assistant");
      const texts = asked.flatMap((turn) => contentOf(turn["content"] ?? turn["value"]) ?? []);
      return texts.join("\n\n").trim() || undefined;
    }
    return value.length === 1 && typeof value[0] === "string" ? askedIn(value[0], depth + 1) : undefined;
  }
  if (depth >= DEEPEST || !isRecord(value)) return undefined;
  const fields = value;
  const names = ["stem", "question", "text", "content", "value", "messages"];
  return firstOf(names, (name) => askedIn(fields[name], depth + 1));
}

/** The text of a turn, which may come in parts. */
function contentOf(content: unknown): string | undefined {
  const texts = Array.isArray(content)
    ? list(content).map((part) => scalarText(record(part)["text"]))
    : [scalarText(content)];
  return texts.filter((text) => text !== undefined).join("\n") || undefined;
}

/** Fields of an object that holds a right answer, the plainest first. */
const HOLDERS = ["value", "text", "answer", "ground_truth", "number", "spans", "output", "content", "final_answer"];

/** A right answer in any of its shapes; of several that are all right each counts, of several letters all are one. */
function rightIn(value: unknown, depth = 0): string | undefined {
  const plain = scalarText(value)?.trim();
  if (plain !== undefined) return plain || undefined;
  if (depth >= DEEPEST) return undefined;
  if (Array.isArray(value)) {
    const items = list(value);
    if (items.length > 1 && items.every((each) => typeof each === "string" && /^[A-J]$/.test(each)))
      return items.join(", ");
    const several = acceptedText(items);
    if (several !== undefined) return several;
    return items.map((each) => rightIn(each, depth + 1)).find((text) => text !== undefined);
  }
  if (!isRecord(value)) return undefined;
  const fields = value;
  const several = acceptedText(fields);
  if (several !== undefined) return several;
  return firstOf(HOLDERS, (name) => {
    const spans = list(fields[name]);
    // Several spans are one answer.
    if (name === "spans" && spans.length > 1 && spans.every((each) => typeof each === "string"))
      return spans.join(", ");
    return rightIn(fields[name], depth + 1);
  });
}

/** The one option that a table of options and scores calls right. */
function bestScored(value: unknown): string | undefined {
  const fields = record(value);
  const [choices, labels] = [list(fields["choices"]), list(fields["labels"])];
  if (choices.length > 0) return scalarText(choices[labels.indexOf(1)]);
  const right = Object.keys(fields).filter((key) => fields[key] === 1);
  return right.length === 1 ? right[0] : undefined;
}

/** What promptfoo checks a reply against. */
const asserted = (value: unknown): string | undefined =>
  list(value)
    .map(record)
    .filter(({ type }) => typeof type === "string" && /^i?(?:equals|contains)$/.test(type))
    .map((each) => scalarText(each["value"])?.trim())
    .find((text) => text !== undefined);

function answerUnder(name: string, named: Named): string | undefined {
  const value = named.get(name);
  if (value === undefined || value === null) return undefined;
  if (name === "target_scores" || name === "mc1_targets") return bestScored(value);
  if (name === "assert") return asserted(value);
  if (name === "correct" && typeof value === "boolean") return undefined;
  // A text that looks like a list may be the answer; only what is named for several is taken apart.
  return rightIn(/s$|^(?:expected|reward|output)/.test(name) ? unpacked(value) : value);
}

/** The question of a row as it is asked: what it is about before it. */
function questionIn(named: Named, hasOptions: boolean): string | undefined {
  const found = firstOf(hasOptions ? ALL_QUESTIONS : PLAIN_QUESTIONS, (name) => {
    const asked = askedIn(named.get(name));
    return asked === undefined ? undefined : { name, asked };
  });
  if (!found) return undefined;
  const { name, asked } = found;
  const task = name === "input" ? scalarText(named.get("instruction"))?.trim() : undefined;
  const contexts = hasOptions ? [...CONTEXTS, "text"] : CONTEXTS;
  const about = contexts
    .map((each) => {
      const value = named.get(each);
      const lines = each === "premises" ? list(value).filter((line) => typeof line === "string") : [];
      return lines.length > 0 ? lines.join("\n") : typeof value === "string" ? value.trim() : "";
    })
    .find((text) => text !== "" && !asked.includes(text));
  return [task, about, asked].filter((text) => text !== undefined && text !== "").join("\n\n");
}

export interface ReadRow {
  question?: string | undefined;
  answer?: string | undefined;
  /** Whether it has options that are not read. */
  hasUnread?: boolean;
}

/** What a row asks, and its right answer, as they stand there; either may be missing. */
export function readFields(fields: Record<string, unknown>, depth = 0): ReadRow {
  const named = byPlainName(fields);
  const options = optionsOf(named);
  const names = options ? [...RIGHT_ANSWERS, ...OPTION_ANSWERS] : RIGHT_ANSWERS;
  const answer = (from: Named) => {
    const found = firstOf(names, (name) => answerUnder(name, from));
    const others = list(unpacked(from.get("answer_aliases"))).filter((each) => typeof each === "string");
    return found === undefined || others.length === 0 ? found : oneOf([found, ...others]);
  };
  const inner = (depth < 2 ? INNER : [])
    .map((name) => unpacked(named.get(name)))
    .filter((value) => Object.keys(record(value)).length > 0);
  for (const value of inner) {
    const read = readFields(record(value), depth + 1);
    if (read.question !== undefined && questionIn(without(named, INNER), false) === undefined)
      return { ...read, answer: read.answer ?? answer(named) };
  }
  const question = questionIn(named, options !== undefined);
  if (question === undefined) return { answer: answer(named) };
  if (!options) return { question, answer: answer(named), hasUnread: hasUnreadOptions(named, question) };
  for (const name of names) {
    const value = named.get(name);
    const label = scalarText(value) === undefined ? undefined : labelOf(options, value, OPTION_ANSWERS.includes(name));
    if (label !== undefined) return { question: withOptions(question, options), answer: label };
    if (answerUnder(name, named) !== undefined) break;
  }
  return { question, answer: answer(named) };
}

const without = (named: Named, names: readonly string[]): Named =>
  new Map([...named].filter(([name, value]) => !names.includes(name) || typeof value === "string"));
