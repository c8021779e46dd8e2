/** One measurement in a process of its own: what an engine leaves behind is nothing of the next one's. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Measurement, Task } from "./measurement";

/** A measurement that fails, as of a context beyond the model's, is told and left out. */
export function measureAlone(task: Task): Measurement | undefined {
  try {
    const script = fileURLToPath(new URL("measure.ts", import.meta.url));
    const printed = execFileSync(process.execPath, ["--import=tsx", script, JSON.stringify(task)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    return JSON.parse(printed.trim().split("\n").at(-1)!) as Measurement;
  } catch (error) {
    const [line] = String((error as { stderr?: string }).stderr ?? error).match(/^\w*Error.*$/m) ?? ["it failed"];
    process.stderr.write(`  not measured: ${line}\n`);
    return undefined;
  }
}
