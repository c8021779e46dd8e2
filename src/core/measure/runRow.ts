/** A run as one row of the table of all runs: what the first and last lines of its trace say. */
import { strategyTitle } from "../catalogue";
import { shorten } from "../text/shorten";
import { questionOf } from "./question";
import { startedOf, stateOf, type RunState, type RunSummary } from "./runSummary";

/** `unknown`: an answer was expected and nothing says whether it was met; `none`: none was expected. */
export type RowVerdict = "right" | "wrong" | "unknown" | "none";

export interface RunRow {
  readonly run: string;
  /** One line; "" where the trace does not say it. */
  readonly question: string;
  /** Equal for runs of one question; "" where it is not known. */
  readonly asked: string;
  readonly model: string;
  /** The id of the strategy, and its name as people read it. */
  readonly strategy: string;
  readonly title: string;
  readonly answer: string | undefined;
  /** Against the expected answer; `none` where none was expected. */
  readonly verdict: RowVerdict;
  readonly state: RunState;
  /** All positions after the prompt; undefined where the trace's last line does not count them. */
  readonly tokens: number | undefined;
  /** When it was run, or else imported, in ISO 8601; "" where neither is known. */
  readonly started: string;
  /** The file that it was imported from, and which of its traces it is, from 1. */
  readonly file: string | undefined;
  readonly nth: number | undefined;
  /** As in `turn 2 of 5`, of a session. */
  readonly turn: string | undefined;
}

const LONGEST_QUESTION = 300;
const LONGEST_ANSWER = 120;
const LONGEST_NAME = 80;

/**
 * @param live whether it is still being written
 * @param asked a short name of the question that other runs of it have too; "" where it is not known
 */
export function runRow(run: RunSummary & { readonly live: boolean }, asked: string): RunRow {
  const { header, end } = run;
  const { turn, source } = header;
  return {
    run: header.id,
    // A prompt may be a whole book: what is cut off need not be cleaned.
    question: shorten(questionOf(header).slice(0, 4 * LONGEST_QUESTION), LONGEST_QUESTION),
    asked,
    model: shorten(header.model.id, LONGEST_NAME),
    strategy: header.strategy,
    title: shorten(strategyTitle(header.strategy), LONGEST_NAME),
    answer: end?.answer === undefined ? undefined : shorten(end.answer.slice(0, 4 * LONGEST_ANSWER), LONGEST_ANSWER),
    verdict: verdictOf(run),
    state: stateOf(run),
    tokens: end?.tokens?.total,
    started: startedOf(header),
    file: source?.file === undefined ? undefined : shorten(source.file, LONGEST_NAME),
    nth: source?.row,
    turn: turn && `turn ${turn.n} of ${turn.of}`,
  };
}

function verdictOf({ header, end }: RunSummary): RowVerdict {
  if (end?.correct !== undefined) return end.correct ? "right" : "wrong";
  return header.gold === undefined ? "none" : "unknown";
}
