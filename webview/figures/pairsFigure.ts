/** Full steps beside the short ones (drafts, sketches) that do the same work. */
import { group } from "d3";
import type { Trace } from "../../src/core/trace/fold";
import { leftOut, stepPairs, type StepPair } from "../charts/stepPairs";
import { formatCount } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import { blocksOf, type Block } from "../shown/blocks";
import type { ShownTrace } from "../shown/state";
import { matchSteps } from "../shown/stepMatches";
import type { FigureSpec } from "./figure";
import { textOf } from "./traceText";
import { l10n } from "../../src/core/text/l10n";

const isShort = (blocks: readonly Block[]): boolean => blocks.some(({ kind }) => kind === "draft" || kind === "sketch");

/** Rows of full steps and what stands for them in the short trace, in order. */
export function pairsOf(full: Trace, short: Trace): StepPair[] {
  const [base, other] = [blocksOf(full, false), blocksOf(short, false)];
  const of = (trace: Trace, blocks: readonly Block[], index: number) => {
    const first = blocks[index]!;
    const whole = blocks.filter(({ step }) => step === first.step);
    const tokens = whole.reduce((sum, { from, to }) => sum + to - from, 0);
    return { step: first.step!, tokens, at: first.from, text: textOf(trace, first.from, first.to) };
  };
  const { matches, lost } = matchSteps(
    { run: "full", trace: full, blocks: base },
    { run: "short", trace: short, blocks: other },
  );
  const matched = group(matches, ([index]) => index);
  const pairs: StepPair[] = [];
  base.forEach(({ step, part }, index) => {
    if (step === undefined || part > 0) return;
    const found = lost.get(index);
    const [first, ...rest] = (matched.get(index) ?? []).map(([, each]) => of(short, other, each));
    pairs.push({
      full: of(full, base, index),
      short: first,
      lost: found?.facts.map((fact) => oneLine(fact, 24)),
      ...(found?.why === "ended" ? { isUnreached: true } : {}),
    });
    for (const each of rest) pairs.push({ full: undefined, short: each, lost: undefined });
  });
  return pairs;
}

/** Undefined where there are no full steps but its own, or the trace has no short ones. */
export function pairsFigure(full: ShownTrace | undefined, shown: ShownTrace): FigureSpec | undefined {
  const { run, trace, title } = shown;
  if (!full || full === shown || !isShort(blocksOf(trace, false))) return undefined;
  const pairs = () => pairsOf(full.trace, trace);
  return {
    key: `${run} pairs`,
    version: `${shown.version} ${full.version}`,
    title: l10n.t("{0} against {1}", full.title, title),
    caption: l10n.t("Tokens of each full step on the left, of the short line that does its work on the right."),
    draw: (theme, width) =>
      stepPairs({ run, baseRun: full.run, title, baseTitle: full.title, pairs: pairs() }, width, theme),
    table: () => ({
      head: ["full step", "tokens", "text", "short tokens", "short text"],
      rows: pairs().map(({ full: long, short, ...missing }) => [
        long ? String(long.step) : "",
        long ? formatCount(long.tokens) : "",
        long?.text ?? "",
        short ? formatCount(short.tokens) : "",
        short?.text ?? leftOut(missing),
      ]),
    }),
  };
}
