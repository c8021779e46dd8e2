/**
 * Ends this process when it blocks for too long, takes too much memory, or is left alone. A thread of its own looks
 * after it, since a native call, a template or a pattern can block the main thread for ever, and a blocked thread hears
 * neither a signal nor that its parent is gone.
 */
import { Worker } from "node:worker_threads";
import type { Guard, WorkLimits } from "./guard";
import { SHARED_BYTES, SharedState, type WatchdogData } from "./sharedState";

interface Running extends WorkLimits {
  /** By `process.hrtime`, in nanoseconds. */
  deadline: bigint;
  /** Of the whole process, in bytes. */
  ceiling: number;
}

export class Watchdog {
  private readonly state = new SharedState(new SharedArrayBuffer(SHARED_BYTES));
  /** Work within work: the strictest limits of all hold. */
  private readonly running: Running[] = [];
  private readonly worker: Worker;

  /**
   * @param script the bundle of `watchdogThread.ts`
   * @param parent the process without which this one has no reason to go on
   * @param prefix stands before the sentence on stderr with which this process ends itself
   */
  constructor(script: string, { parent, prefix }: { parent?: number; prefix: string }) {
    const workerData: WatchdogData = { shared: this.state.shared, parent, prefix };
    this.worker = new Worker(script, { workerData });
    // It watches and is nothing to wait for. A machine without another thread goes on without it.
    this.worker.unref();
    this.worker.on("error", () => undefined);
  }

  readonly guard: Guard = (limits) => {
    const { ms, bytes } = limits;
    const running: Running = {
      ...limits,
      deadline: process.hrtime.bigint() + BigInt(Math.ceil(ms)) * 1_000_000n,
      ceiling: bytes === undefined ? Number.POSITIVE_INFINITY : process.memoryUsage.rss() + bytes,
    };
    this.running.push(running);
    this.tell();
    return () => {
      const at = this.running.indexOf(running);
      if (at >= 0) this.running.splice(at, 1);
      this.tell();
    };
  };

  dispose(): Promise<number> {
    return this.worker.terminate();
  }

  private tell(): void {
    if (this.running.length === 0) return this.state.clear();
    const first = this.running.reduce((a, b) => (b.deadline < a.deadline ? b : a));
    const tightest = this.running.reduce((a, b) => (b.ceiling < a.ceiling ? b : a));
    this.state.set({
      deadline: first.deadline,
      tooLong: `${first.what} took longer than ${Math.round(first.ms / 100) / 10} s.`,
      ceiling: tightest.ceiling,
      tooMuch: `${tightest.what} took more than ${Math.round((tightest.bytes ?? 0) / 2 ** 20)} MiB.`,
    });
  }
}
