/**
 * What each later thought of a run that compressed its thoughts (LightThinker, 2502.15589 §4) pays to the gists of earlier
 * ones. A decoding step does not show its attention, so the finished sequence is read once more under the same mask.
 */
import { toErrorShape } from "../../core/protocol/rpc";
import { isOwnGist } from "../../core/measure/ownGists";
import type { Trace } from "../../core/trace/fold";
import type { LanguageModel } from "../decoding/model";
import type { Recorder } from "../decoding/recorder";

/** Targets kept for each thought, those with the most attention: a trace must stay small however many thoughts it has. */
const MOST_TARGETS = 16;

/** Positions [from, to) of the axis: a thought that was dropped, the gists that stand for it, or what comes after all. */
interface Part {
  from: number;
  to: number;
  kind: "thought" | "gist";
}

/**
 * Adds one event for each thought, and for the answer, to a run that compressed thoughts on one decoder.
 * Never throws: the run itself went well, and figures that cannot be had are a note in it.
 */
export async function recordGistAttention(
  model: LanguageModel,
  prompt: readonly number[],
  recorder: Recorder,
  signal: AbortSignal,
): Promise<void> {
  const { positions, prefills, evictions } = recorder.trace;
  const ids = positions.flatMap(({ id }) => (id === undefined ? [] : [id]));
  const parts = partsOf(recorder.trace);
  if (parts.length === 0 || prefills.length !== 1 || prompt.length === 0 || ids.length < positions.length) return;
  const sums = parts.map(() => new Float64Array(parts.length + 1));
  const partOf = (at: number): number => parts.findIndex(({ from, to }) => at >= from && at < to);
  const owners = positions.map((_, at) => partOf(at));
  const seenUntil = new Float64Array(prompt.length + ids.length).fill(Infinity);
  const seenFrom = new Map<number, number>();
  for (const { at, from, to } of evictions) {
    const isOwn = isOwnGist(recorder.trace, to);
    // The last of the gist tokens was fed with the thought still there, and did not see it; one that the model wrote saw nothing else.
    if (isOwn) seenFrom.set(prompt.length + to, prompt.length + from);
    seenUntil.fill(prompt.length + (isOwn ? at : at - 1), prompt.length + from, prompt.length + to);
  }
  try {
    await model.readAttention([...prompt, ...ids], {
      sees: (query, row) => query < seenUntil[row]! && row >= (seenFrom.get(query) ?? 0),
      take: (place, weights) => {
        const sum = sums[owners[place - prompt.length] ?? -1];
        if (!sum) return;
        weights.forEach((weight, row) => (sum[(owners[row - prompt.length] ?? -1) + 1]! += weight));
      },
      signal,
    });
  } catch (error) {
    if (!signal.aborted)
      recorder.note("info", `The attention to the gists is not recorded: ${toErrorShape(error).message}`);
    return;
  }
  parts.forEach(({ from, to, kind }, index) => {
    if (kind === "gist") return;
    const [toPrompt, ...rest] = [...sums[index]!].map((sum) => rounded(sum / (to - from)));
    const targets = rest.map((weight, part): [number, number] => [parts[part]!.from, weight]).filter(([, w]) => w > 0);
    const kept = targets.toSorted(([, a], [, b]) => b - a).slice(0, MOST_TARGETS);
    recorder.event({
      t: "attention",
      at: from,
      until: to,
      prompt: toPrompt!,
      to: kept.sort(([a], [b]) => a - b),
    });
  });
}

/** Every position from the first thought on lies in exactly one part. Empty where no gists stand for dropped thoughts. */
function partsOf({ positions, evictions, spans }: Trace): Part[] {
  const parts: Part[] = [];
  const add = (kind: Part["kind"], from: number, to: number): void => {
    if (to > from) parts.push({ kind, from, to });
  };
  for (const { from, to, at } of evictions) {
    add("thought", from, to);
    add("gist", to, at);
  }
  const end = parts.at(-1)?.to;
  if (end === undefined || !parts.some(({ kind }) => kind === "gist")) return [];
  const answer = Math.max(end, spans.find(({ kind }) => kind === "answer")?.from ?? positions.length);
  add("thought", end, answer);
  add("thought", answer, positions.length);
  return parts;
}

/** Four decimals are below what any picture shows, and keep the file small. */
const rounded = (share: number): number => Math.round(share * 1e4) / 1e4;
