/** The process of one measurement: takes a task as JSON, prints a measurement as JSON. */
import { measureAsItCame } from "./asItCame";
import { measureLlamaCpp } from "./llamaCpp";
import type { Measured, Measurement, Task, Timings } from "./measurement";
import { median } from "./measurement";
import { measureThoughtlens } from "./thoughtlens";
import { measureTransformersJs } from "./transformersJs";

const MEASURES: Record<Measured, (task: Task) => Promise<Timings>> = {
  thoughtlens: measureThoughtlens,
  "transformers.js": measureTransformersJs,
  "llama.cpp": measureLlamaCpp,
  "the graph as it came": measureAsItCame,
};

const task = JSON.parse(process.argv[2]!) as Task;
const { prefillMs, stepMs, ...ours } = await MEASURES[task.engine](task);
const measurement: Measurement = {
  tokensPerSecond: 1000 / median(stepMs),
  prefillTokensPerSecond: (task.context / prefillMs) * 1000,
  peakRssMiB: process.resourceUsage().maxRSS / 1024,
  ...ours,
};
process.stdout.write(`${JSON.stringify(measurement)}\n`);
// Native threads of a library need not end by themselves.
process.exit(0);
