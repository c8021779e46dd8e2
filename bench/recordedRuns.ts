/**
 * Figures of runs in a file, a line each: what a table is made of. It is small enough to be kept with the project, so that a table
 * of many hours can be printed again, and gone on with, by anybody.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { BenchRun } from "../src/core/measure/benchTable";
import type { Message } from "../src/core/trace/trace";
import type { Contender, Question } from "../src/engine/runs/datasetRun";

/** One question under one contender with one seed. */
export interface Asked {
  index: number;
  question: Question;
  contender: Contender;
  seed: number;
  /** Turns before the question. */
  shown: readonly Message[];
}

/** A run as it is recorded. */
export interface RecordedRun extends BenchRun {
  /** Whether the model marked its answer as it was asked to. */
  marked: boolean;
  /** Whether others went on beside it, so that its seconds say nothing. */
  together: boolean;
}

interface Line extends RecordedRun {
  key: string;
}

export class RecordedRuns {
  private readonly known = new Map<string, RecordedRun>();

  /** Whether the first file ends in the middle of a line. */
  private isCut = false;

  /** @param files read, as far as they are there; what is new goes into the first */
  constructor(private readonly files: readonly string[]) {
    for (const file of files) {
      if (!existsSync(file)) continue;
      const text = readFileSync(file, "utf8");
      if (file === files[0]) this.isCut = text !== "" && !text.endsWith("\n");
      for (const line of text.split("\n")) {
        const read = parsed(line);
        if (read) this.known.set(read.key, read);
      }
    }
  }

  of(asked: Asked): RecordedRun | undefined {
    const found = this.known.get(keyOf(asked));
    return found && named(found, asked);
  }

  add(asked: Asked, { answer, correct, figures, marked, together, model }: RecordedRun): RecordedRun {
    const { tokens, context, work, tokensPerSecond, steps, overruns, checks, exit } = figures;
    const ms = Object.fromEntries(Object.entries(figures.ms).map(([phase, time]) => [phase, Math.round(time)]));
    const kept = {
      tokens,
      ms,
      tokensPerSecond: Math.round(tokensPerSecond),
      context,
      work,
      exit,
      steps,
      overruns,
      checks,
    };
    const run = named(
      { question: 0, strategy: "", answer, correct, marked, together, model, figures: kept } as RecordedRun,
      asked,
    );
    const key = keyOf(asked);
    this.known.set(key, run);
    const [file] = this.files;
    if (file === undefined) return run;
    // Behind a line that was cut short a new one begins.
    const gap = this.isCut ? "\n" : "";
    this.isCut = false;
    appendFileSync(file, `${gap}${JSON.stringify({ key, ...run } satisfies Line)}\n`);
    return run;
  }
}

const named = (run: RecordedRun, { index, contender, seed }: Asked): RecordedRun => ({
  ...run,
  question: index,
  strategy: contender.name,
  sample: seed + 1,
});

/** What makes a run what it is; a model and a probe are known by the names of their files, wherever these lie. */
function keyOf({ question, contender: { model, strategy, options }, seed, shown }: Asked): string {
  const names = JSON.stringify(
    [model, strategy, options, seed, shown, question.before, question.question],
    (key, value: unknown) =>
      (key === "path" || key === "file") && typeof value === "string" ? path.basename(value) : value,
  );
  return createHash("sha256").update(names).digest("hex").slice(0, 16);
}

/** A line that a stop cut short is not there. */
function parsed(line: string): Line | undefined {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return undefined;
  }
}
