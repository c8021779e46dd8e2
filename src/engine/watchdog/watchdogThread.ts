/** The thread that watches: see `Watchdog`. */
import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { SharedState, type WatchdogData } from "./sharedState";

const LOOK_EVERY_MS = 50;

const { shared, parent, prefix } = workerData as WatchdogData;
const state = new SharedState(shared);

/** A process whose parent ended belongs to another from then on; on Windows it keeps the number, and nobody answers to it. */
function isAlone(): boolean {
  if (parent === undefined) return false;
  if (process.ppid !== parent) return true;
  try {
    process.kill(parent, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** Ends this process at once, whatever its main thread is doing. */
function end(sentence?: string): void {
  try {
    if (sentence !== undefined) writeSync(2, `${prefix}${sentence}\n`);
  } finally {
    process.kill(process.pid, "SIGKILL");
  }
}

setInterval(() => {
  if (isAlone()) end();
  const sentence = state.passed(process.hrtime.bigint(), () => process.memoryUsage.rss());
  if (sentence !== undefined) end(sentence);
}, LOOK_EVERY_MS);
