/** Processes that tests start and kill: what they say, the memory they take, and who of them is still there afterwards. */
import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const LOOK_EVERY_MS = 25;
/** Milliseconds in which a process that lost its parent has to notice, on a machine that is busy. */
const GRACE = 5000;
/** All that descends from a process carries the variable in its environment. */
const MARK = "THOUGHTLENS_TEST_MARK";

export class Watched {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  out = "";
  err = "";
  peakMiB = 0;
  private readonly mark = randomUUID();
  private readonly started = performance.now();
  private took: number | undefined;

  /** @param args of this Node */
  constructor(args: readonly string[], { env = {}, ...options }: SpawnOptions = {}) {
    this.child = spawn(process.execPath, [...args], {
      stdio: ["ignore", "pipe", "pipe"],
      ...options,
      env: { ...process.env, ...env, [MARK]: this.mark },
    });
    this.child.stdout?.on("data", (part: Buffer) => (this.out += String(part)));
    this.child.stderr?.on("data", (part: Buffer) => (this.err += String(part)));
    const look = setInterval(() => (this.peakMiB = Math.max(this.peakMiB, residentMiB(this.child.pid))), LOOK_EVERY_MS);
    this.ended = once(this.child, "close").then(([code, signal]) => {
      clearInterval(look);
      this.took = performance.now() - this.started;
      return { code: code as number | null, signal: signal as NodeJS.Signals | null };
    });
  }

  get seconds(): number {
    return (this.took ?? performance.now() - this.started) / 1000;
  }

  get running(): boolean {
    return this.took === undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Kills it, and nothing that it started. @returns whether there was anything to kill */
  async kill(): Promise<boolean> {
    const there = this.running && this.child.kill("SIGKILL");
    // A descendant that is left over holds the pipes open: the end of this one is what counts.
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "exit");
    return there;
  }

  /** Its descendants that do not end by themselves; they are ended. */
  async left(): Promise<number[]> {
    const until = performance.now() + GRACE;
    let pids = marked(`${MARK}=${this.mark}`);
    while (pids.length > 0 && performance.now() < until) {
      await pause(50);
      pids = marked(`${MARK}=${this.mark}`);
    }
    for (const pid of pids) process.kill(pid, "SIGKILL");
    await this.ended;
    return pids;
  }
}

/** Resident memory; 0 where the system does not tell. */
export function residentMiB(pid: number | undefined): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Running processes with this in their environment; none on systems that do not tell. */
function marked(text: string): number[] {
  const has = (pid: string): boolean => {
    try {
      // The environment of a process that has ended is empty.
      return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(text);
    } catch {
      return false;
    }
  };
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && has(name))
      .map(Number);
  } catch {
    return [];
  }
}
