/** In a process of its own: opens one trace as the editor of traces does, and says how long it took and how much memory. */
import { splitRuns } from "../../src/core/trace/traceRuns";
import { readTraceOnDisk } from "../../src/editor/store/traceOnDisk";

const began = performance.now();
const { events, problems } = await readTraceOnDisk(process.argv[2]!);
const runs = splitRuns(events);
const ms = performance.now() - began;
// Kibibytes, as the system counts them.
const { maxRSS } = process.resourceUsage();
console.log(
  JSON.stringify({ ms, megabytes: (maxRSS * 1024) / 1e6, runs: runs.length, events: events.length, problems }),
);
