/** Tasks that instructions are tried on: `evals/evals.json` as authors of skills keep it, or any dataset of questions. */
import { readDataset } from "./dataset";
import { record, scalarText } from "./frontMatter";

export interface Task {
  text: string;
  /** The right answer, or what a good one looks like. */
  expected: string | undefined;
}

/** Places beside a file of instructions where its tasks may be, relative to its folder, the usual one first. */
export const TASK_FILES = [
  "evals/evals.json",
  "evals/evals.jsonl",
  "evals.json",
  "tasks.jsonl",
  "tasks.json",
  "tasks.csv",
];

/**
 * The tasks of a file, at most `most`.
 * @param fileName base name; its ending decides how the text is read
 */
export function readTasks(fileName: string, text: string, most = 1000): Task[] {
  const listed = evals(text);
  if (listed.length > 0) return listed.slice(0, most);
  return readDataset(fileName, text)
    .rows.slice(0, most)
    .map(({ question, answer }) => ({ text: question, expected: answer }));
}

/** The tasks of `{"evals": [{"prompt": …, "expected_output": …}]}`. */
function evals(text: string): Task[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return [];
  }
  const list = record(json)["evals"];
  return (Array.isArray(list) ? list : []).flatMap((each): Task[] => {
    const { prompt, query, expected_output: expected, expected: answer } = record(each);
    const task = scalarText(prompt ?? query)?.trim();
    return task ? [{ text: task, expected: scalarText(expected ?? answer) }] : [];
  });
}
