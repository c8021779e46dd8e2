/** The engine in this process, for benchmarks: runs contenders over questions and remembers what it ran. */
import { fileURLToPath } from "node:url";
import { inEnglish } from "../src/core/text/l10n";
import type { EngineNotifications } from "../src/core/protocol/engineApi";
import type { Message, TraceEvent } from "../src/core/trace/trace";
import {
  askQuestion,
  runDataset,
  type Contender,
  type DatasetRun,
  type Question,
  type RunRecorded,
} from "../src/engine/runs/datasetRun";
import { Engine } from "../src/engine/engine";
import type { KeptTraces } from "./keptTraces";

export const POCKET_FOLDER = fileURLToPath(new URL("../models/pocket", import.meta.url));

interface RunnerOptions {
  /** The bundled models, unless they are elsewhere. */
  pocketFolder?: string;
  /** Runs that were made before are read from here, and new ones kept; by default every run is made. */
  kept?: KeptTraces;
  /** Turns that stand before the question under a strategy; none by default. */
  shown?: (strategy: string) => readonly Message[];
}

export class Runner {
  private readonly collecting = new Map<string, TraceEvent[]>();
  private readonly finished = new Map<string, Promise<DatasetRun[]>>();
  private readonly engine: Engine;

  constructor(private readonly options: RunnerOptions = {}) {
    const on: { [N in keyof EngineNotifications]?: (params: EngineNotifications[N]) => void } = {
      events: ({ run, events }) => this.collecting.get(run)?.push(...events),
      log: ({ level, message }) => {
        if (level === "error") process.stderr.write(`${message}\n`);
      },
    };
    const pocketFolder = options.pocketFolder ?? POCKET_FOLDER;
    this.engine = new Engine({ pocketFolder, notify: (name, params) => on[name]?.(params) });
  }

  /** Runs of `contender` over `questions`, in their order; the same pair is run once. */
  runs(label: string, questions: readonly Question[], contender: Contender): Promise<DatasetRun[]> {
    const key = JSON.stringify([label, questions.length, contender]);
    const known = this.finished.get(key);
    if (known) return known;
    const running = this.collect(label, questions, contender);
    this.finished.set(key, running);
    return running;
  }

  /** Every question under every contender, in turn, so that what is stopped has whole pairs. */
  compare(questions: readonly Question[], contenders: readonly Contender[]): AsyncGenerator<DatasetRun> {
    return runDataset(this.asking(false), questions, contenders);
  }

  /** One question under one contender; `together` with others that are asked meanwhile, in passes that they share. */
  async ask(
    index: number,
    question: Question,
    contender: Contender,
    seed: number,
    together: boolean,
  ): Promise<DatasetRun> {
    const run = await askQuestion(this.asking(together), index, question, contender, seed);
    if (!run) throw new Error(`Question ${index + 1} under ${contender.name} was cancelled.`);
    return run;
  }

  private asking(together: boolean): RunRecorded {
    const { kept, shown = () => [] } = this.options;
    const record: RunRecorded = (request) => this.record({ ...request, together });
    const run = kept ? kept.through(record) : record;
    return (request) => run({ ...request, messages: [...shown(request.strategy), ...request.messages] });
  }

  private async collect(label: string, questions: readonly Question[], contender: Contender): Promise<DatasetRun[]> {
    const runs: DatasetRun[] = [];
    for await (const run of this.compare(questions, [contender])) {
      // Thousands of runs are kept, and a run's trace says all that its events said.
      runs.push({ ...run, events: [] });
      if (runs.length % 50 === 0)
        process.stderr.write(`${label} ${contender.name}: ${runs.length}/${questions.length}\n`);
    }
    return runs;
  }

  private async record(request: Parameters<RunRecorded>[0]): Promise<TraceEvent[]> {
    const events: TraceEvent[] = [];
    this.collecting.set(request.id, events);
    try {
      await this.engine.run(request, { progress: (message) => process.stderr.write(`${inEnglish(message)}\n`) });
    } finally {
      this.collecting.delete(request.id);
    }
    return events;
  }
}
