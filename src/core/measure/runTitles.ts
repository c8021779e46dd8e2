/**
 * Names of runs that tell them apart: by strategy, by question where they are of several, and where two share both by
 * model, by an option, or by number.
 */
import { branchWords } from "./branchPlaces";
import { byQuestion, questionOf } from "./question";
import { strategyTitle } from "../catalogue";
import { shorten } from "../text/shorten";
import type { RunHeader } from "../trace/trace";
import { l10n } from "../text/l10n";

const LONGEST_QUESTION = 60;

export interface NamedRun {
  /** Undefined before a run begins, and where it never did. */
  readonly header: RunHeader | undefined;
  readonly live: boolean;
  /** The strategy that was asked for, where there is no header yet to say it. */
  readonly asked?: string | undefined;
}

const capitalized = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** A branch is called by what it began with: its strategy is that of its parent. */
function strategyOf({ header, live, asked }: NamedRun): string {
  if (header?.branch) return capitalized(branchWords(header.branch));
  const strategy = header?.strategy ?? asked;
  if (strategy !== undefined) return strategyTitle(shorten(strategy, 40));
  return live ? l10n.t("Waiting…") : l10n.t("Never began");
}

const modelOf = ({ header }: NamedRun): string => shorten(header?.model.id ?? "", 40);

/** What is different between runs of one strategy: the model, else the first options that differ; "" for nothing. */
function difference(run: NamedRun, others: readonly NamedRun[]): string {
  if (others.some((other) => modelOf(other) !== modelOf(run))) return modelOf(run);
  const options = run.header?.options ?? {};
  const differing = Object.keys(options).filter((name) =>
    others.some((other) => JSON.stringify(other.header?.options[name]) !== JSON.stringify(options[name])),
  );
  return differing
    .slice(0, 2)
    .map((name) => shorten(`${name} ${JSON.stringify(options[name])}`, 30))
    .join(", ");
}

/** `turn 2 of 5` of a session, which is what tells the runs of one apart. */
function turnOf({ header }: NamedRun): string {
  const turn = header?.turn;
  return turn ? l10n.t("turn {0} of {1}", turn.n, turn.of) : "";
}

/** One name for each run, in their order, on one line and safe to show; no two are equal. */
export function runTitles(runs: readonly NamedRun[]): string[] {
  const questions = byQuestion(runs.map(({ header }) => header));
  const groupOf = new Map(questions.flatMap((places) => places.map((place) => [runs[place]!, places] as const)));
  const isOneStrategy = new Set(runs.map(strategyOf)).size === 1;
  const titles = runs.map((run) => {
    const others = runs.filter(
      (other) => other !== run && strategyOf(other) === strategyOf(run) && groupOf.get(other) === groupOf.get(run),
    );
    const what = others.length > 0 ? difference(run, others) : "";
    // A turn says by itself what was asked.
    const question = questions.length > 1 && run.header && !run.header.turn ? questionOf(run.header) : "";
    // What all have in common tells none from another.
    const strategy = question !== "" && isOneStrategy ? "" : strategyOf(run);
    return [strategy, turnOf(run), shorten(question, LONGEST_QUESTION), what].filter((part) => part !== "").join(", ");
  });
  const seen = new Map<string, number>();
  return titles.map((title) => {
    const count = (seen.get(title) ?? 0) + 1;
    seen.set(title, count);
    return count > 1 ? `${title} (${count})` : title;
  });
}
