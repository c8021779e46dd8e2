/** Rows of the table of runs for tests: invented, spread by a fixed rule. */
import type { RunRow } from "../../../src/core/measure/runRow";

const STRATEGIES = [
  ["chain-of-thought", "Chain of Thought"],
  ["deer", "DEER"],
  ["imported", "Imported"],
] as const;
const VERDICTS = ["right", "right", "wrong", "unknown", "none"] as const;

/** The `at`-th of many runs: three of each question. */
export function sampleRow(at: number, more: Partial<RunRow> = {}): RunRow {
  const question = Math.floor(at / 3);
  const [strategy, title] = STRATEGIES[at % 3]!;
  const isImported = strategy === "imported";
  return {
    run: `run-${at}`,
    question: `Mara has ${question + 3} apples and buys ${question % 7} more. How many has she?`,
    asked: `question-${question}`,
    model: isImported ? "DeepSeek-R1" : "pocket-base",
    strategy,
    title,
    answer: at % 11 === 0 ? undefined : String(question + 3),
    verdict: VERDICTS[at % VERDICTS.length]!,
    state: at % 97 === 96 ? "failed" : "finished",
    tokens: isImported ? undefined : 40 + ((at * 7919) % 900),
    started: new Date(1_760_000_000_000 - at * 60_000).toISOString(),
    file: isImported ? "r1.jsonl" : undefined,
    nth: isImported ? question + 1 : undefined,
    turn: undefined,
    ...more,
  };
}

export const sampleRows = (count: number): RunRow[] => Array.from({ length: count }, (_, at) => sampleRow(at));
