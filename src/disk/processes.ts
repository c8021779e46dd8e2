/** Other processes of this machine. */
import { readFileSync } from "node:fs";

/** Whether a process with this id runs; one of another user counts. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Which of all processes that ever had this number it is: the machine's start and the ticks from there to its own, on
 * Linux (proc(5)). Undefined elsewhere, and where it is gone.
 */
export function birthOf(pid: number): string | undefined {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    // The name of the program, in brackets, may hold anything; the 22nd field is the 20th behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return `${boot} ${fields[19]}`;
  } catch {
    return undefined;
  }
}
