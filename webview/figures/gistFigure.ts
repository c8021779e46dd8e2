/** Thoughts folded into gist tokens (LightThinker), and the attention that later thoughts pay to them. */
import type { Trace } from "../../src/core/trace/fold";
import { attentionSentence, gistFold, thoughtSentence, type GistFoldData, type Thought } from "../charts/gistFold";
import { formatCount } from "../dom/quantities";
import { blocksOf } from "../shown/blocks";
import type { ShownTrace } from "../shown/state";
import type { FigureSpec, Table } from "./figure";
import { textOf } from "./traceText";
import { l10n } from "../../src/core/text/l10n";

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

function gistData({ run, trace, title }: ShownTrace): GistFoldData {
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

/** Undefined where a trace holds no gist tokens. */
export function gistFigure(shown: ShownTrace): FigureSpec | undefined {
  if (!shown.trace.positions.some(({ kind }) => kind === "gist")) return undefined;
  return {
    key: `${shown.run} gists`,
    version: String(shown.version),
    title: l10n.t("{0}: thoughts into gists", shown.title),
    caption: l10n.t(
      "Each thought folds into the gist tokens below it; arcs are the attention that later thoughts pay to them.",
    ),
    draw: (theme, width) => gistFold(gistData(shown), width, theme),
    table: () => gistTable(gistData(shown)),
  };
}
