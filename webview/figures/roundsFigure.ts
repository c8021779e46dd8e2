/** Rounds of InftyThink: what each read, thought and handed on, and which facts its summary keeps. */
import { isNumber, isOperation, stepFacts } from "../../src/core/measure/stepFacts";
import type { Trace } from "../../src/core/trace/fold";
import { factsSentence, roundsChart, type Round } from "../charts/roundsChart";
import { formatCount } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import type { ShownTrace } from "../shown/state";
import type { FigureSpec } from "./figure";
import { textOf, wholeText } from "./traceText";
import { l10n } from "../../src/core/text/l10n";

/** What was said, by whether the summary says it too; numbers before words. */
export function keptFacts(said: string, summary: string): NonNullable<Round["facts"]> {
  const [all, handedOn] = [stepFacts(said), stepFacts(summary)];
  const ordered = [...all]
    .filter(([fact]) => !isOperation(fact))
    .sort(([a], [b]) => Number(isNumber(b)) - Number(isNumber(a)));
  const those = (kept: boolean): string[] =>
    ordered.flatMap(([fact, shown]) => (handedOn.has(fact) === kept ? oneLine(shown, 24) : []));
  return { kept: those(true), dropped: those(false) };
}

/** What each round read, thought and handed on. */
export function roundsOf(trace: Trace): Round[] {
  const starts = trace.rounds.toSorted((a, b) => a.at - b.at);
  return starts.map(({ n, at, carried }, index) => {
    const end = starts[index + 1]?.at ?? trace.positions.length;
    const within = trace.spans.filter((span) => span.from >= at && span.to <= end);
    const tokens = (kind: string): number =>
      within.reduce((sum, span) => (span.kind === kind ? sum + span.to - span.from : sum), 0);
    const said = within.findLast(({ kind }) => kind === "summary") ?? within.findLast(({ kind }) => kind === "answer");
    const [summary, answer] = [tokens("summary"), tokens("answer")];
    const handedOn = within.findLast(({ kind }) => kind === "summary");
    return {
      n,
      at,
      read: (trace.prefills.find((prefill) => prefill.at === at) ?? trace.prefills[index])?.tokens ?? 0,
      thinking: end - at - summary - answer,
      summary,
      answer,
      text: said ? textOf(trace, said.from, said.to, 240) : "",
      facts: handedOn
        ? keptFacts(`${carried}\n${wholeText(trace, at, handedOn.from)}`, wholeText(trace, handedOn.from, handedOn.to))
        : undefined,
    };
  });
}

/** Undefined where a trace has no rounds. */
export function roundsFigure({ run, trace, title, version }: ShownTrace): FigureSpec | undefined {
  if (trace.rounds.length === 0) return undefined;
  return {
    key: `${run} rounds`,
    version: String(version),
    title: l10n.t("{0}: rounds", title),
    caption: l10n.t(
      "What each round read (prompt and carried summary), how long it thought, the summary it handed on, and which of its numbers and names that summary keeps.",
    ),
    draw: (theme, width) => roundsChart({ run, title, rounds: roundsOf(trace) }, width, theme),
    table: () => ({
      head: ["round", "read", "thinking", "summary", "answer", "handed on", "facts"],
      rows: roundsOf(trace).map((round) => [
        String(round.n),
        ...[round.read, round.thinking, round.summary, round.answer].map(formatCount),
        round.text,
        round.facts ? factsSentence(round.facts) : "",
      ]),
    }),
  };
}
