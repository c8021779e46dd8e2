/**
 * Keeps a file to one process: `FILE.lock` beside it names the process that writes. The lock of a process that is gone
 * is taken over.
 */
import { randomUUID } from "node:crypto";
import { readFile, rename, rm } from "node:fs/promises";
import { rmSync } from "node:fs";
import { hostname } from "node:os";
import { birthOf, isAlive } from "./processes";
import { createFile } from "./wholeFile";

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, where the system tells: its number may be another's since. */
  readonly birth?: string | undefined;
  /** Of one taking of a lock. */
  readonly id?: string | undefined;
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

const mine: Holder = { pid: process.pid, host: hostname(), birth: birthOf(process.pid) };
/** Of this process, so that it lets them go however it ends. */
const held = new Set<string>();
let watching = false;

/** @throws FileLocked, NodeJS.ErrnoException */
export async function lockFile(file: string): Promise<FileLock> {
  const lock = `${file}.lock`;
  const id = randomUUID();
  if (!(await createLock(lock, id)) && !(await takeOver(lock, id))) throw new FileLocked(lock, await holderOf(lock));
  await clearNext(lock);
  held.add(lock);
  if (!watching) {
    watching = true;
    process.once("exit", () => {
      for (const each of held) {
        try {
          rmSync(each, { force: true });
        } catch {
          // A lock that cannot be removed is dead with this process.
        }
      }
    });
  }
  return {
    release: async () => {
      // One that cannot be removed is dead with this process: no reason to fail what was done under it.
      if (held.delete(lock)) await rm(lock, { force: true }).catch(() => undefined);
    },
  };
}

/** Removes a lock that was left by a process which is gone. @returns whether there was one */
export async function removeDeadLock(file: string): Promise<boolean> {
  if (!(await isDead(`${file}.lock`))) return false;
  try {
    // Whoever takes it over meanwhile keeps it.
    await (await lockFile(file)).release();
    return true;
  } catch (error) {
    if (error instanceof FileLocked) return false;
    throw error;
  }
}

/** @returns false where it is there already */
async function createLock(lock: string, id: string): Promise<boolean> {
  try {
    await createFile(lock, JSON.stringify({ ...mine, id }));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Of two processes that find the same dead lock, the one that makes `FILE.lock.next` gets it. */
async function takeOver(lock: string, id: string): Promise<boolean> {
  if (!(await isDead(lock))) return false;
  const next = `${lock}.next`;
  await clearNext(lock);
  if (!(await createLock(next, id))) return false;
  // Another process may have taken it over before `next` was there.
  if (!(await isDead(lock))) {
    await rm(next, { force: true });
    return false;
  }
  // Two that cleared the same dead `next` away may rename each other's: whose name it bears then has the lock.
  await rename(next, lock).catch(() => undefined);
  return (await holderOf(lock))?.id === id;
}

/** Removes what a process left that was killed while it took the lock over. */
async function clearNext(lock: string): Promise<void> {
  if (await isDead(`${lock}.next`)) await rm(`${lock}.next`, { force: true });
}

async function isDead(lock: string): Promise<boolean> {
  const holder = await holderOf(lock);
  // A process on another machine cannot be asked, and counts as alive.
  if (holder === undefined || holder.host !== mine.host || held.has(lock)) return false;
  return !isAlive(holder.pid) || (holder.birth !== undefined && holder.birth !== birthOf(holder.pid));
}

async function holderOf(lock: string): Promise<Holder | undefined> {
  try {
    const { pid, host, birth, id } = JSON.parse(await readFile(lock, "utf8")) as Partial<Holder>;
    return typeof pid === "number" && Number.isSafeInteger(pid) && pid > 0 && typeof host === "string"
      ? { pid, host, birth, id }
      : undefined;
  } catch {
    return undefined;
  }
}
