/**
 * Keeps a file to one process: `FILE.lock` beside it names the process that writes. The lock of a process that is gone
 * is taken over.
 */
import { readFile, rename, rm, stat } from "node:fs/promises";
import { rmSync } from "node:fs";
import { hostname } from "node:os";
import { isAlive } from "./processes";
import { createFile } from "./wholeFile";

interface Holder {
  readonly pid: number;
  readonly host: string;
}

/** Another process writes the file. */
export class FileLocked extends Error {
  constructor(
    readonly lock: string,
    /** Undefined where the lock does not say. */
    readonly holder: Holder | undefined,
  ) {
    super(`${lock} is held`);
    this.name = "FileLocked";
  }
}

export interface FileLock {
  release(): Promise<void>;
}

/** Taking a dead process's lock over takes milliseconds: one that stands longer was left by a crash. */
const LONGEST_TAKEOVER_MS = 10_000;
const mine: Holder = { pid: process.pid, host: hostname() };
/** Of this process, so that it lets them go however it ends. */
const held = new Set<string>();
let watching = false;

/** @throws FileLocked, NodeJS.ErrnoException */
export async function lockFile(file: string): Promise<FileLock> {
  const lock = `${file}.lock`;
  if (!(await createLock(lock)) && !(await takeOver(lock))) throw new FileLocked(lock, await holderOf(lock));
  held.add(lock);
  if (!watching) {
    watching = true;
    process.once("exit", () => {
      for (const each of held) rmSync(each, { force: true });
    });
  }
  return {
    release: async () => {
      if (held.delete(lock)) await rm(lock, { force: true });
    },
  };
}

/** Removes a lock that was left by a process which is gone. @returns whether there was one */
export async function removeDeadLock(file: string): Promise<boolean> {
  const lock = `${file}.lock`;
  if (!(await isDead(lock))) return false;
  await rm(lock, { force: true });
  return true;
}

/** @returns false where it is there already */
async function createLock(lock: string): Promise<boolean> {
  try {
    await createFile(lock, JSON.stringify(mine));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Of two processes that find the same dead lock, the one that makes `FILE.lock.next` gets it. */
async function takeOver(lock: string): Promise<boolean> {
  if (!(await isDead(lock))) return false;
  const next = `${lock}.next`;
  const age = Date.now() - ((await stat(next).catch(() => undefined))?.mtimeMs ?? Date.now());
  if (age > LONGEST_TAKEOVER_MS) await rm(next, { force: true });
  if (!(await createLock(next))) return false;
  // Another process may have taken it over before `next` was there.
  if (await isDead(lock)) {
    await rename(next, lock);
    return true;
  }
  await rm(next, { force: true });
  return false;
}

async function isDead(lock: string): Promise<boolean> {
  const holder = await holderOf(lock);
  // A process on another machine cannot be asked, and counts as alive.
  return holder !== undefined && holder.host === mine.host && !held.has(lock) && !isAlive(holder.pid);
}

async function holderOf(lock: string): Promise<Holder | undefined> {
  try {
    const { pid, host } = JSON.parse(await readFile(lock, "utf8")) as Partial<Holder>;
    return typeof pid === "number" && Number.isSafeInteger(pid) && pid > 0 && typeof host === "string"
      ? { pid, host }
      : undefined;
  } catch {
    return undefined;
  }
}
