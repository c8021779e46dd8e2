/** The engine in this process, for benchmarks: runs contenders over questions and remembers what it ran. */
import { fileURLToPath } from "node:url";
import type { EngineNotifications } from "../src/core/engineApi";
import type { TraceEvent } from "../src/core/trace";
import { runDataset, type Contender, type DatasetRun, type Question } from "../src/engine/datasetRun";
import { Engine } from "../src/engine/engine";

export const POCKET_FOLDER = fileURLToPath(new URL("../models/pocket", import.meta.url));

export class Runner {
  private readonly collecting = new Map<string, TraceEvent[]>();
  private readonly finished = new Map<string, Promise<DatasetRun[]>>();
  private readonly engine: Engine;

  constructor() {
    const on: { [N in keyof EngineNotifications]?: (params: EngineNotifications[N]) => void } = {
      events: ({ run, events }) => this.collecting.get(run)?.push(...events),
      log: ({ level, message }) => {
        if (level === "error") process.stderr.write(`${message}\n`);
      },
    };
    this.engine = new Engine({ pocketFolder: POCKET_FOLDER, notify: (name, params) => on[name]?.(params) });
  }

  /** Runs of `contender` over `questions`, in their order; the same pair is run once. */
  runs(label: string, questions: readonly Question[], contender: Contender): Promise<DatasetRun[]> {
    const key = JSON.stringify([label, questions.length, contender]);
    const known = this.finished.get(key);
    if (known) return known;
    const running = this.run(label, questions, contender);
    this.finished.set(key, running);
    return running;
  }

  private async run(label: string, questions: readonly Question[], contender: Contender): Promise<DatasetRun[]> {
    const runs: DatasetRun[] = [];
    const dataset = runDataset(
      async (request) => {
        const events: TraceEvent[] = [];
        this.collecting.set(request.id, events);
        try {
          await this.engine.run(request);
        } finally {
          this.collecting.delete(request.id);
        }
        return events;
      },
      questions,
      [contender],
    );
    for await (const run of dataset) {
      runs.push(run);
      if (runs.length % 50 === 0)
        process.stderr.write(`${label} ${contender.name}: ${runs.length}/${questions.length}\n`);
    }
    return runs;
  }
}
