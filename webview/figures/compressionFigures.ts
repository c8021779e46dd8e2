/** The compression view: thoughts folded into gists, rounds with their summaries, short steps against full ones. */
import { group } from "d3";
import { stepFacts } from "../../src/core/measure/align";
import type { Trace } from "../../src/core/trace/fold";
import { blocksOf, type Block } from "../blocks";
import { attentionSentence, gistFold, thoughtSentence, type GistFoldData, type Thought } from "../charts/gistFold";
import { factsSentence, roundsChart, type Round } from "../charts/roundsChart";
import { leftOut, stepPairs, type StepPair } from "../charts/stepPairs";
import { formatCount } from "../quantities";
import { oneLine } from "../safeText";
import type { PanelState, ShownTrace } from "../state";
import { matchSteps } from "../stepMatches";
import type { FigureSpec, Table } from "./figureFrame";

/** Tags of thinking and its parts say nothing of a step. */
const TAGS = /<\/?(?:think|summary|history)>/g;

function textOf(trace: Trace, from: number, to: number, length = 160): string {
  return oneLine(wholeText(trace, from, Math.min(to, from + 400)).replace(TAGS, ""), length);
}

/** Thoughts with the gists right behind them. */
export function thoughtsOf(trace: Trace): Thought[] {
  const thoughts: Thought[] = [];
  for (const { kind, section, from, to, part } of blocksOf(trace, false)) {
    const last = thoughts.at(-1);
    if (kind === "gist" && last) last.gist = [from, to];
    else if (section === "answer" || kind === "gist") continue;
    else if (part > 0 && last && !last.gist) last.to = to;
    else thoughts.push({ text: textOf(trace, from, to), from, to, dropped: 0, gist: undefined });
  }
  const whole = wholeThoughts(thoughts, trace);
  for (const { from, to } of trace.evictions) {
    const thought = whole.find((each) => from < each.to && to > each.from);
    if (thought) thought.dropped += to - from;
  }
  return whole;
}

/** What is dropped at once is one thought: the token that asks for compression is no step of its own. */
function wholeThoughts(thoughts: readonly Thought[], { evictions }: Trace): Thought[] {
  const eviction = ({ from, to }: Thought) => evictions.find((each) => each.from < to && each.to > from);
  const whole: Thought[] = [];
  for (const thought of thoughts) {
    const last = whole.at(-1);
    if (last && !last.gist && eviction(last) && eviction(last) === eviction(thought)) {
      last.to = thought.to;
      last.gist = thought.gist;
    } else whole.push(thought);
  }
  return whole;
}

function gistData({ run, trace }: ShownTrace, title: string): GistFoldData {
  const thoughts = thoughtsOf(trace);
  const thoughtAt = (at: number): number => thoughts.findIndex(({ from, to }) => at >= from && at < to);
  const gistAt = (at: number): number => thoughts.findIndex(({ gist }) => gist && at >= gist[0] && at < gist[1]);
  const sums = new Map<string, [from: number, to: number, sum: number]>();
  const positions = new Map<number, number>();
  for (const { at, until = at + 1, to } of trace.attention) {
    const from = thoughtAt(at);
    positions.set(from, (positions.get(from) ?? 0) + until - at);
    for (const [target, weight] of to) {
      const gist = gistAt(target);
      if (from < 0 || gist < 0) continue;
      const sum = sums.get(`${from} ${gist}`) ?? [from, gist, 0];
      sum[2] += weight * (until - at);
      sums.set(`${from} ${gist}`, sum);
    }
  }
  const attention = [...sums.values()].map(([from, to, sum]) => [from, to, sum / positions.get(from)!] as const);
  return { run, title, length: trace.positions.length, thoughts, attention };
}

function gistTable({ thoughts, attention }: GistFoldData): Table {
  return {
    head: ["thought", "compression", "cache rows dropped", "attention to gists", "text"],
    rows: thoughts.map((thought, index) => [
      String(index + 1),
      thoughtSentence(thought),
      formatCount(thought.dropped),
      attentionSentence(index, attention),
      thought.text,
    ]),
  };
}

/** What was said, by whether the summary says it too; numbers before words. */
export function keptFacts(said: string, summary: string): NonNullable<Round["facts"]> {
  const [all, handedOn] = [stepFacts(said), stepFacts(summary)];
  const isNumber = (fact: string): boolean => fact.startsWith("#");
  const ordered = [...all].sort(([a], [b]) => Number(isNumber(b)) - Number(isNumber(a)));
  const those = (kept: boolean): string[] =>
    ordered.flatMap(([fact, shown]) => (handedOn.has(fact) === kept ? oneLine(shown, 24) : []));
  return { kept: those(true), dropped: those(false) };
}

const wholeText = (trace: Trace, from: number, to: number): string =>
  trace.positions
    .slice(from, to)
    .map(({ text }) => text)
    .join("");

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
    { run: "", trace: full, blocks: base },
    { run: "", trace: short, blocks: other },
  );
  const matched = group(matches, ([index]) => index);
  const pairs: StepPair[] = [];
  base.forEach(({ step, part }, index) => {
    if (step === undefined || part > 0) return;
    const [first, ...rest] = (matched.get(index) ?? []).map(([, each]) => of(short, other, each));
    pairs.push({
      full: of(full, base, index),
      short: first,
      lost: (lost.get(index) ?? []).map((fact) => oneLine(fact, 24)),
    });
    for (const each of rest) pairs.push({ full: undefined, short: each, lost: [] });
  });
  return pairs;
}

export function compressionFigures(state: PanelState): FigureSpec[] {
  const full = state.traces.find(({ trace }) => trace.spans.some(({ kind }) => kind === "step"));
  return state.traces.flatMap((shown) => {
    const { run, trace } = shown;
    const title = shown.title;
    const version = `${shown.version} ${full?.version ?? ""}`;
    const figures: FigureSpec[] = [];
    if (trace.positions.some(({ kind }) => kind === "gist"))
      figures.push({
        key: `${run} gists`,
        version,
        title: `${title}: thoughts into gists`,
        caption:
          "Each thought folds into the gist tokens below it; arcs are the attention that later thoughts pay to them.",
        draw: (theme, width) => gistFold(gistData(shown, title), width, theme),
        table: () => gistTable(gistData(shown, title)),
      });
    if (trace.rounds.length > 0)
      figures.push({
        key: `${run} rounds`,
        version,
        title: `${title}: rounds`,
        caption:
          "What each round read (prompt and carried summary), how long it thought, the summary it handed on, and which of its numbers and names that summary keeps.",
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
      });
    if (full && full !== shown && isShort(blocksOf(trace, false))) {
      const pairs = () => pairsOf(full.trace, trace);
      figures.push({
        key: `${run} pairs`,
        version,
        title: `${full.title} against ${title}`,
        caption: "Tokens of each full step on the left, of the short line that does its work on the right.",
        draw: (theme, width) =>
          stepPairs({ run, baseRun: full.run, title, baseTitle: full.title, pairs: pairs() }, width, theme),
        table: () => ({
          head: ["full step", "tokens", "text", "short tokens", "short text"],
          rows: pairs().map(({ full: long, short, lost }) => [
            long ? String(long.step) : "",
            long ? formatCount(long.tokens) : "",
            long?.text ?? "",
            short ? formatCount(short.tokens) : "",
            short?.text ?? leftOut(lost),
          ]),
        }),
      });
    }
    return figures;
  });
}
