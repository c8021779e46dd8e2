/** Details of runs for those who look at them: one trace at a time, bounded in size, and kept for as long as the run stays as it is. */
import { stat } from "node:fs/promises";
import { fold } from "../../core/trace/fold";
import type { DetailsOf } from "../../core/protocol/runsApi";
import type { TraceEvent } from "../../core/trace/trace";
import type { RecordedRun } from "./recordedRun";
import { inWords, l10n } from "../../core/text/l10n";

/** Larger traces take too long to be read for a list. Bytes. */
const LARGEST_FILE = 24 * 1024 * 1024;
/** A few hundred bytes each. */
const MOST_KEPT = 20_000;
/** Details that are told together. */
const TOLD_AT_ONCE = 8;

const TOO_LARGE = l10n.later`The trace is larger than ${LARGEST_FILE / 1024 / 1024} MB: open it to see its figures.`;
const UNREADABLE = l10n.later`The trace cannot be read.`;

export class RunDetailsQueue {
  private readonly known = new Map<string, { run: RecordedRun; of: DetailsOf }>();
  private wanted: readonly RecordedRun[] = [];
  private working = false;
  private disposed = false;

  /**
   * @param eventsOf reads a trace
   * @param tell is given details as they come, a few together
   */
  constructor(
    private readonly eventsOf: (run: string) => Promise<TraceEvent[]>,
    private readonly tell: (of: DetailsOf[]) => void,
  ) {}

  /** Wants the details of these runs, in this order, and of no others any more. */
  want(runs: readonly RecordedRun[]): void {
    const there: DetailsOf[] = [];
    this.wanted = runs.filter((run) => {
      const known = this.known.get(run.id);
      // A run that has changed is another object.
      if (known?.run !== run) return !run.live;
      there.push(known.of);
      return false;
    });
    if (there.length > 0) this.tell(there);
    if (!this.working) void this.work();
  }

  dispose(): void {
    this.disposed = true;
    this.wanted = [];
  }

  private async work(): Promise<void> {
    this.working = true;
    let told: DetailsOf[] = [];
    while (this.wanted.length > 0) {
      const [run, ...rest] = this.wanted;
      this.wanted = rest;
      const of = await this.read(run!);
      this.keep(run!, of);
      told.push(of);
      if (told.length < TOLD_AT_ONCE && this.wanted.length > 0) continue;
      if (!this.disposed) this.tell(told);
      told = [];
      // Whatever else the host has to do gets its turn between two traces.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.working = false;
  }

  private keep(run: RecordedRun, of: DetailsOf): void {
    if (this.known.size >= MOST_KEPT) {
      const [oldest] = this.known.keys();
      this.known.delete(oldest!);
    }
    this.known.set(run.id, { run, of });
  }

  private async read({ id, file }: RecordedRun): Promise<DetailsOf> {
    try {
      if (file !== undefined && (await stat(file)).size > LARGEST_FILE) return { run: id, problem: inWords(TOO_LARGE) };
      const [events, { runDetails }] = await Promise.all([this.eventsOf(id), import("../../core/measure/runDetails")]);
      return { run: id, details: runDetails(fold(events)) };
    } catch {
      return { run: id, problem: inWords(UNREADABLE) };
    }
  }
}
