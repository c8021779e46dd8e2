/** Several samples of one question as a person looks at them: what they answer, how long they are, and where they part. */
import { countBefore } from "../measure/binarySearch";
import { purposes } from "../measure/metrics";
import type { Trace } from "../trace/fold";
import { AnswerGroups } from "./answerGroups";
import { sampleOf } from "./sampleOf";
import type { Sample } from "./vote";

/** One sample of a group. */
export interface GroupedSample extends Sample {
  run: string;
  /** Its number, from 1, and the seed that it was drawn with. */
  n: number;
  seed: number | undefined;
  /** Why it was stopped before its end; undefined where it was not. */
  stopped: string | undefined;
  /** Tokens that it begins with as an earlier sample does, and the number of that sample. */
  shared: number;
  sharedWith: number | undefined;
}

/** Reads samples one after the other, in the order in which they come. */
export class SampleReading {
  /** Texts of the samples so far, sorted, by which the nearest is found among neighbours. */
  private readonly texts: { tokens: readonly string[]; n: number }[] = [];
  private readonly groups = new AnswerGroups();

  /** @param trace of a sample that is over; @param n its number, where the trace does not say it */
  read(trace: Trace, n: number): GroupedSample {
    const { header, exit } = trace;
    const number = header?.sample?.n ?? n;
    const sample = sampleOf(trace);
    const isStopped = exit?.why === "cancelled";
    return {
      ...sample,
      ...(isStopped ? { answer: undefined, correct: undefined } : {}),
      meaning: isStopped ? undefined : this.groups.take(sample.answer),
      run: header?.id ?? "",
      n: number,
      seed: header?.seed,
      stopped: isStopped ? (exit.message ?? "It was stopped.") : undefined,
      ...this.part(textOf(trace), number),
    };
  }

  private part(tokens: readonly string[], n: number): Pick<GroupedSample, "shared" | "sharedWith"> {
    const at = countBefore(this.texts.length, (index) => isBefore(this.texts[index]!.tokens, tokens));
    const beside = [this.texts[at - 1], this.texts[at]].flatMap((text) =>
      text ? [{ n: text.n, shared: sharedLength(text.tokens, tokens) }] : [],
    );
    this.texts.splice(at, 0, { tokens, n });
    const nearest = beside.toSorted((a, b) => b.shared - a.shared || a.n - b.n)[0];
    return { shared: nearest?.shared ?? 0, sharedWith: nearest?.n };
  }
}

/** The tokens of a run without its trials. */
function textOf(trace: Trace): string[] {
  const purpose = purposes(trace);
  return trace.positions.flatMap(({ text }, at) => (purpose[at] === "trial" ? [] : [text]));
}

function sharedLength(a: readonly string[], b: readonly string[]): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at += 1;
  return at;
}

function isBefore(a: readonly string[], b: readonly string[]): boolean {
  const at = sharedLength(a, b);
  return at < b.length && (at === a.length || a[at]! < b[at]!);
}

/** One of the answers that samples of a group give. */
export interface GroupAnswer {
  answer: string | undefined;
  correct: boolean | undefined;
  /** Numbers of the samples that give it, in their order. */
  samples: readonly number[];
  /** Of the samples that came to their end, 0 to 1. */
  share: number;
}

/** The most frequent first; samples that were stopped have none. */
export function groupAnswers(samples: readonly GroupedSample[]): GroupAnswer[] {
  const whole = samples.filter(({ stopped }) => stopped === undefined);
  const byMeaning = new Map<number | undefined, GroupedSample[]>();
  for (const sample of whole) {
    const alike = byMeaning.get(sample.meaning);
    if (alike) alike.push(sample);
    else byMeaning.set(sample.meaning, [sample]);
  }
  return [...byMeaning.values()]
    .map((alike) => ({
      answer: alike[0]!.answer,
      correct: alike[0]!.correct,
      samples: alike.map(({ n }) => n).sort((a, b) => a - b),
      share: alike.length / whole.length,
    }))
    .sort((a, b) => b.samples.length - a.samples.length || a.samples[0]! - b.samples[0]!);
}

/** Different texts that there are after so many tokens, at every place where one begins to differ. */
export function partings(samples: readonly GroupedSample[]): { at: number; texts: number }[] {
  const sorted = samples.map(({ shared }) => shared).sort((a, b) => a - b);
  const points: { at: number; texts: number }[] = [];
  for (const [index, at] of sorted.entries()) {
    if (points.at(-1)?.at === at) points.at(-1)!.texts = index + 1;
    else points.push({ at, texts: index + 1 });
  }
  return points;
}

/** Tokens of the shortest, the middle and the longest sample. */
export function lengthsOf(samples: readonly Pick<Sample, "tokens">[]): { least: number; middle: number; most: number } {
  const sorted = samples.map(({ tokens }) => tokens).sort((a, b) => a - b);
  return { least: sorted[0] ?? 0, middle: sorted[sorted.length >> 1] ?? 0, most: sorted.at(-1) ?? 0 };
}
