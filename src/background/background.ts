/** Tasks in a thread of their own, each with a deadline and all with a bound on memory. What breaks them breaks nothing else. */
import { Worker } from "node:worker_threads";
import { ActionableError } from "../core/protocol/rpc";
import type { Job, Outcome, TaskInput, TaskName, TaskOutput } from "./tasks";
import { l10n } from "../core/text/l10n";

/** Of the thread's heap, in MiB. */
const MOST_MEMORY = 512;

export interface BackgroundOptions {
  /** Milliseconds, by the monotonic clock, that one task may take once it has begun. */
  deadlineMs: number;
  /** What is read, for the sentence that says that it could not be. */
  name: string;
}

interface Waiting {
  job: Job;
  options: BackgroundOptions;
  resolve(output: unknown): void;
  reject(error: Error): void;
}

export class Background {
  private worker: Worker | undefined;
  private readonly waiting: Waiting[] = [];
  private running: (Waiting & { timer: NodeJS.Timeout }) | undefined;
  private jobs = 0;

  /** @param script the bundle of `worker.ts` */
  constructor(private readonly script: string) {}

  /**
   * Does one task after those asked for before. The thread starts with the first and is started anew after one that
   * took too long or too much.
   * @throws ActionableError `reading-too-long`, `reading-too-much`, `reading-failed`
   */
  run<N extends TaskName>(task: N, input: TaskInput<N>, options: BackgroundOptions): Promise<TaskOutput<N>> {
    return new Promise<unknown>((resolve, reject) => {
      this.waiting.push({ job: { id: ++this.jobs, task, input }, options, resolve, reject });
      this.next();
    }) as Promise<TaskOutput<N>>;
  }

  /** Ends the thread; what waits is given up. */
  dispose(): void {
    const left = [...(this.running ? [this.running] : []), ...this.waiting.splice(0)];
    this.stop();
    for (const { options, reject } of left) reject(failed(options.name));
  }

  private next(): void {
    if (this.running || this.waiting.length === 0) return;
    const { job, ...rest } = this.waiting.shift()!;
    const { deadlineMs, name } = rest.options;
    const timer = setTimeout(() => this.giveUp(tooLong(name, deadlineMs)), deadlineMs);
    this.running = { job, ...rest, timer };
    const worker = (this.worker ??= this.start());
    // A task that is under way keeps the process; an idle thread does not.
    worker.ref();
    worker.postMessage(job);
  }

  private start(): Worker {
    const worker = new Worker(this.script, { resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY } });
    const isCurrent = () => worker === this.worker;
    worker.on("message", (outcome: Outcome) => {
      if (isCurrent()) this.finish(outcome);
    });
    worker.on("error", (error: NodeJS.ErrnoException) => {
      if (!isCurrent()) return;
      const name = this.running?.options.name ?? "The file";
      this.giveUp(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? tooMuch(name) : failed(name, error));
    });
    return worker;
  }

  private finish(outcome: Outcome): void {
    const done = this.running;
    if (!done || done.job.id !== outcome.id) return;
    clearTimeout(done.timer);
    this.running = undefined;
    this.worker?.unref();
    if ("error" in outcome) done.reject(failed(done.options.name, new Error(outcome.error)));
    else done.resolve(outcome.output);
    this.next();
  }

  /** The thread cannot be asked to stop while a template loops: it is ended. */
  private giveUp(error: ActionableError): void {
    const given = this.running;
    this.stop();
    given?.reject(error);
    this.next();
  }

  private stop(): void {
    clearTimeout(this.running?.timer);
    this.running = undefined;
    void this.worker?.terminate();
    this.worker = undefined;
  }
}

const tooLong = (name: string, deadlineMs: number) =>
  new ActionableError(
    "reading-too-long",
    l10n.later`${name} took longer than ${deadlineMs / 1000} s to read and was given up.`,
    "Look for a loop in its template, or for one very long line.",
  );

const tooMuch = (name: string) =>
  new ActionableError(
    "reading-too-much",
    l10n.later`${name} needs more than ${MOST_MEMORY} MiB to read and was given up.`,
    "Look for a loop in its template, or split the file.",
  );

const failed = (name: string, cause?: Error) =>
  new ActionableError("reading-failed", l10n.later`${name} could not be read.`, "Check what is in it.", { cause });
