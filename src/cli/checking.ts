/** `check`: looks through traces and files of results, and mends what can be mended. */
import { constants, copyFile, readFile, stat } from "node:fs/promises";
import { checkFile, type FileCheck } from "../core/measure/fileCheck";
import { ActionableError, sentenceOf, toErrorShape } from "../core/protocol/rpc";
import { diskError } from "../disk/diskError";
import { FileLocked, lockFile, removeDeadLock } from "../disk/fileLock";
import { replaceFile } from "../disk/wholeFile";
import type { Arguments } from "./arguments";
import { print, printJson } from "./terminal";

/** Bytes. */
const LARGEST = 256 * 2 ** 20;
const MOST_COPIES = 100;

interface Checked {
  file: string;
  state: "whole" | "mended" | "to be mended" | "not mended";
  kind: FileCheck["kind"] | undefined;
  content: string | undefined;
  findings: string[];
  /** Where the file as it was is kept. */
  before: string | undefined;
}

/** @returns the exit code: 1 where a file stays broken */
export async function check({ files, dryRun, json }: Arguments): Promise<number> {
  if (files.length === 0) throw new ActionableError("usage", "No file was named.", "Run thoughtlens check FILE….");
  const all: Checked[] = [];
  for (const file of files) {
    const checked = await checkOne(file, dryRun);
    all.push(checked);
    if (!json) print(textOf(checked));
  }
  if (json) printJson({ files: all });
  return all.every(({ state }) => state === "whole" || state === "mended") ? 0 : 1;
}

async function checkOne(file: string, dryRun: boolean): Promise<Checked> {
  const none = { file, kind: undefined, content: undefined, before: undefined };
  try {
    const text = await readWhole(file);
    const found = checkFile(text);
    if (!found) return { ...none, state: "not mended", findings: [nothingIn(text)] };
    const { kind, content, faults, remarks, mended } = found;
    const base = { ...none, kind, content, findings: [...faults, ...remarks] };
    if (mended === undefined) {
      const unlocked = !dryRun && (await removeDeadLock(file));
      const lock = unlocked ? ["The lock of a process that is gone was removed."] : [];
      return { ...base, state: "whole", findings: [...base.findings, ...lock] };
    }
    if (dryRun) return { ...base, state: "to be mended" };
    return { ...base, state: "mended", before: await mend(file, mended) };
  } catch (error) {
    return { ...none, state: "not mended", findings: [sentenceOf(toErrorShape(error))] };
  }
}

async function readWhole(file: string): Promise<string> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new ActionableError("file-missing", `It cannot be read (${error.code}).`, "Check its name.");
  });
  if (!found.isFile())
    throw new ActionableError("file-missing", "It is no file.", "Name a trace or a file of results.");
  if (found.size > LARGEST)
    throw new ActionableError("file-too-large", `It is larger than ${LARGEST / 2 ** 20} MiB.`, "Split it by its runs.");
  return readFile(file, "utf8");
}

const nothingIn = (text: string): string =>
  text.trim() === ""
    ? "It is empty: delete it, nothing is lost."
    : "It begins with no header of a trace or of results, without which nobody can tell what its lines belong to.";

/** @returns where the file as it was is kept */
async function mend(file: string, mended: string): Promise<string> {
  const lock = await lockFile(file).catch((error: unknown) => {
    if (!(error instanceof FileLocked)) throw refused(error, file);
    const { holder } = error;
    const who = holder ? `process ${holder.pid}` : "another process";
    throw new ActionableError("results-locked", `It is being written by ${who}.`, "Check it when that is through.");
  });
  try {
    const before = await keepBefore(file);
    await replaceFile(file, mended);
    return before;
  } catch (error) {
    throw refused(error, file);
  } finally {
    await lock.release();
  }
}

/** Nothing is thrown away: what was taken out may still be read by a person. */
async function keepBefore(file: string): Promise<string> {
  for (let copy = 1; ; copy++) {
    const name = `${file}.before${copy === 1 ? "" : `-${copy}`}`;
    try {
      await copyFile(file, name, constants.COPYFILE_EXCL);
      return name;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || copy >= MOST_COPIES) throw error;
    }
  }
}

const refused = (error: unknown, file: string): ActionableError =>
  diskError(error, file, {
    what: "The mended file",
    code: "file",
    elsewhere: "copy the file to another place and check it there",
  });

function textOf({ file, state, content, findings, before }: Checked): string {
  const what = content === undefined ? "" : ` (${content})`;
  const kept = before === undefined ? [] : [`As it was it is kept in ${before}.`];
  return [`${file}: ${state}${what}.`, ...findings, ...kept].join(" ");
}
