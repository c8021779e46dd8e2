/**
 * A person's watch list: words and patterns that mark the steps of a trace under names of their own, as unsafe, secret or
 * off-topic. Patterns run on RE2's engine, whose time is linear in the text; text, list and time are bounded all the same,
 * since models and files write whatever they like.
 */
import { RE2JS } from "re2js";
import * as z from "zod";
import { ActionableError } from "../protocol/rpc";
import type { Trace } from "../trace/fold";
import { isStep } from "../trace/kinds";
import type { EventOf } from "../trace/trace";
import { spanText } from "./metrics";
import { l10n, type Sentence } from "../text/l10n";

type Mark = EventOf<"mark">;

const LIMITS = {
  entries: 50,
  words: 1000,
  patterns: 50,
  /** Characters of a step that are looked at; a longer one is looked at up to here. */
  text: 8000,
  /** Steps of one run that a classifier is asked about. */
  classified: 200,
  /** Marks of one run. */
  marks: 1000,
  /** Milliseconds that the patterns of one run take at most. */
  ms: 2000,
};

const classifier = z.object({
  /** Of a server that moderates as OpenAI does, at `/v1/moderations`. */
  url: z.string().max(2000),
  model: z.string().max(200).optional(),
  /** Score from which a category marks a step; as the server itself flags it where nothing is said. */
  threshold: z.number().min(0).max(1).optional(),
});

const entry = z.object({
  name: z.string().trim().min(1).max(40),
  /** Whole words or phrases, in upper or lower case. */
  words: z.array(z.string().trim().min(1).max(200)).max(LIMITS.words).default([]),
  /** In RE2's syntax. */
  patterns: z.array(z.string().min(1).max(300)).max(LIMITS.patterns).default([]),
  classifier: classifier.optional(),
});

const list = z.array(entry).max(LIMITS.entries);
export type WatchEntry = z.output<typeof entry>;
export type WatchClassifier = NonNullable<WatchEntry["classifier"]>;

/** What a classifier says of a text. */
export interface Verdict {
  isFlagged: boolean;
  /** The category that it is closest to. */
  category: string | undefined;
  /** Of that category, 0 to 1. */
  score: number | undefined;
}
export type Classify = (
  classifier: WatchClassifier,
  texts: readonly string[],
  signal: AbortSignal,
) => Promise<Verdict[]>;

/**
 * @param where what people know the list as: a setting, a file
 * @throws ActionableError `watch-list` that names the first entry that does not fit
 */
export function readWatchList(value: unknown, where: string): WatchEntry[] {
  const parsed = list.safeParse(value);
  if (parsed.success) {
    new WatchMatcher(parsed.data, where);
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  const [index, ...field] = issue?.path ?? [];
  const place = typeof index === "number" ? l10n.later`Entry ${index + 1} of ${where}` : where;
  const why = issue?.message ?? "";
  throw bad(
    field.length > 0
      ? l10n.later`${place} does not fit at ${field.join(".")}: ${why}.`
      : l10n.later`${place} does not fit: ${why}.`,
  );
}

const bad = (message: Sentence) =>
  new ActionableError("watch-list", message, 'Write it as [{"name": "unsafe", "words": ["rm -rf"], "patterns": []}].');

interface Compiled {
  name: string;
  /** In lower case, with how they are written. */
  words: readonly (readonly [lower: string, written: string])[];
  patterns: readonly (readonly [pattern: RE2JS, written: string])[];
}

const LETTER = /[\p{L}\p{N}_]/u;

/** Whether `word` stands in `text` with nothing of a word before and behind it; both in lower case. */
function holdsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const [before, after] = [text[at - 1] ?? "", text[at + word.length] ?? ""];
    const begins = !LETTER.test(word[0]!) || !LETTER.test(before);
    const ends = !LETTER.test(word.at(-1)!) || !LETTER.test(after);
    if (begins && ends) return true;
  }
  return false;
}

/** Looks at the steps of one run. */
export class WatchMatcher {
  private readonly compiled: Compiled[];
  private marks = 0;
  private spent = 0;

  /**
   * @param mostMs milliseconds that the patterns take at most, all steps together
   * @throws ActionableError `watch-list` where a pattern is none
   */
  constructor(
    entries: readonly WatchEntry[],
    where = "the watch list",
    private readonly mostMs = LIMITS.ms,
  ) {
    const patterns = entries.reduce((sum, each) => sum + each.patterns.length, 0);
    if (patterns > LIMITS.patterns)
      throw bad(l10n.later`There are ${patterns} patterns in ${where}, of ${LIMITS.patterns} at most.`);
    this.compiled = entries.map(({ name, words, patterns: written }) => ({
      name,
      words: words.map((word) => [word.toLowerCase(), word] as const),
      patterns: written.map((pattern) => [compile(pattern, name, where), pattern] as const),
    }));
  }

  /** Whether patterns are not looked for any more, since they took too long. */
  get isExhausted(): boolean {
    return this.spent > this.mostMs;
  }

  /** Marks of a step [from, to) that says `text`, one for each word or pattern that is in it. */
  marksIn(text: string, from: number, to: number): Mark[] {
    const looked = text.slice(0, LIMITS.text);
    const lower = looked.toLowerCase();
    const found: Mark[] = [];
    for (const { name, words, patterns } of this.compiled) {
      const mark = (by: string): void => {
        if (this.marks >= LIMITS.marks) return;
        this.marks += 1;
        found.push({ t: "mark", kind: "watch", what: name, by, from, to });
      };
      for (const [word, written] of words) if (holdsWord(lower, word)) mark(written);
      for (const [pattern, written] of patterns) if (this.finds(pattern, looked)) mark(written);
    }
    return found;
  }

  private finds(pattern: RE2JS, text: string): boolean {
    if (this.isExhausted) return false;
    const started = performance.now();
    const isFound = pattern.matcher(text).find();
    this.spent += performance.now() - started;
    return isFound;
  }
}

function compile(pattern: string, name: string, where: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw new ActionableError(
      "watch-list",
      l10n.later`A pattern of ${name} in ${where} cannot be read: ${(error as Error).message}.`,
      "Write it in RE2's syntax, which has no look-around and no back-references.",
    );
  }
}

/** Whether a span is looked at: a step of thinking, what sums it up, and the answer. */
export const isWatched = (kind: EventOf<"span">["kind"]): boolean =>
  isStep(kind) || kind === "summary" || kind === "answer";

/**
 * Marks of a trace that is there already; those that it has are not found again.
 * @param mostMs as in `WatchMatcher`
 */
export function watchTrace(trace: Trace, entries: readonly WatchEntry[], mostMs?: number): Mark[] {
  const matcher = new WatchMatcher(entries, undefined, mostMs);
  const has = new Set(trace.marks.map(keyOf));
  return trace.spans
    .filter(({ kind }) => isWatched(kind))
    .flatMap((span) => matcher.marksIn(spanText(trace, span), span.from, span.to))
    .filter((mark) => !has.has(keyOf(mark)));
}

/**
 * Marks by the classifiers of a list, asked for all steps at once.
 * @throws what `classify` does
 */
export async function classifyTrace(
  trace: Trace,
  entries: readonly WatchEntry[],
  classify: Classify,
  signal: AbortSignal,
): Promise<Mark[]> {
  const spans = trace.spans.filter(({ kind }) => isWatched(kind)).slice(0, LIMITS.classified);
  const texts = spans.map((span) => spanText(trace, span).slice(0, LIMITS.text));
  const found: Mark[] = [];
  for (const { name, classifier: asked } of entries) {
    if (!asked || texts.length === 0) continue;
    const verdicts = await classify(asked, texts, signal);
    verdicts.forEach(({ isFlagged, category, score }, index) => {
      if (!isFlagged) return;
      const { from, to } = spans[index]!;
      const by = category === undefined ? {} : { by: category };
      found.push({ t: "mark", kind: "watch", what: name, ...by, from, to, ...(score === undefined ? {} : { score }) });
    });
  }
  return found;
}

const keyOf = ({ what, by, from }: Mark): string => JSON.stringify([what, by, from]);
