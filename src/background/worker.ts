/** The thread that does the tasks, one after the other. Whoever started it ends it when one takes too long. */
import { parentPort } from "node:worker_threads";
import { parsePromptFile, parseUnnamedData } from "../core/prompt/promptFile";
import type { BackgroundTasks, Job, Outcome } from "./tasks";

const TASKS: BackgroundTasks = {
  parsePrompts: ({ fileName, text, context }) => parsePromptFile(fileName, text, context),
  parseData: ({ fileName, text, context }) => parseUnnamedData(fileName, text, context),
};

parentPort!.on("message", ({ id, task, input }: Job) => {
  const done = (outcome: Outcome) => parentPort!.postMessage(outcome);
  TASKS[task](input).then(
    (output) => done({ id, output }),
    (error: unknown) => done({ id, error: error instanceof Error ? error.message : String(error) }),
  );
});
