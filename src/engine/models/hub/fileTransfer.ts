/** Fetching one file of the hub: going on where a transfer was cut, and believing nothing about its length or content. */
import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ActionableError } from "../../../core/protocol/rpc";
import type { Waiting } from "../../../core/protocol/engineApi";
import { ask, type Reply } from "../../net/ask";
import { Watch } from "../../net/watch";
import type { HubFile } from "./hubFile";
import { hubError, isFileError, statusError } from "./hubError";
import { l10n } from "../../../core/text/l10n";

export interface Transfer {
  /** The repository, for what is said to a person. */
  id: string;
  url: string;
  file: HubFile;
  /** Where the whole file goes. While it comes it is beside that, with `.incomplete` behind its name. */
  target: string;
  token?: string | undefined;
  signal: AbortSignal;
  /** Called with the bytes that are there, those of an earlier transfer included, and how many of them just came. */
  progress: (there: number, came: number) => void;
  limits?: TransferLimits;
}

export interface TransferLimits {
  /** Milliseconds without a byte after which a transfer counts as cut. */
  stall: number;
  /** Transfers in a row that brought nothing, before we give up. */
  attempts: number;
  /** Milliseconds before the second attempt; doubled for each one after it. */
  pause: number;
  /** Milliseconds of one transfer of one file, half a day by default; the next goes on from there. */
  longest?: number;
}

/** Bytes in two stalls' time, with fewer of which a transfer counts as cut. */
const SLOWEST = 16_384;
const LONGEST = 12 * 3_600_000;
const REDIRECTS = 5;
const LIMITS: TransferLimits = { stall: 30_000, attempts: 5, pause: 1000 };

/** As the person says how long to wait. @param limits in place of the usual ones */
export function limitsOf({ silence, longest }: Waiting = {}, limits: TransferLimits = LIMITS): TransferLimits {
  const stall = silence === undefined ? limits.stall : silence * 1000;
  return { ...limits, stall, ...(longest === undefined ? {} : { longest: longest * 1000 }) };
}

/** A transfer that ended before its end; the next one goes on from there. */
class Cut extends Error {}

/**
 * @throws ActionableError `hub-unreachable`, `hub-forbidden`, `hub-missing`, `hub-failed`, `hub-broke-off`, `hub-wrong-length`,
 *   `hub-wrong-content`; the signal's reason when aborted, with what came so far kept; errors of the file system as they are
 */
export async function fetchFile(transfer: Transfer): Promise<void> {
  const { file, target, signal, limits = LIMITS } = transfer;
  const incomplete = `${target}.incomplete`;
  await mkdir(path.dirname(target), { recursive: true });
  await (await open(incomplete, "a")).close();
  let fruitless = 0;
  /** Since when nothing has come. */
  let stuck = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const before = await sizeOf(incomplete);
    if (before === file.size) break;
    const begun = performance.now();
    try {
      // More than there should be is from another file.
      await fetchRest(transfer, incomplete, before > file.size ? 0 : before);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ActionableError && error.code !== "hub-failed") throw error;
      // A disk that is full stays so, however often we ask the hub.
      if (isFileError(error)) throw error;
      const brought = (await sizeOf(incomplete)) - before;
      // A byte now and then is as good as nothing.
      const came = brought >= SLOWEST || (brought > 0 && performance.now() - begun < limits.stall);
      if (came) stuck = performance.now();
      fruitless = came ? 0 : fruitless + 1;
      const rest = limits.pause * 2 ** fruitless;
      const late = performance.now() + rest - stuck > (limits.longest ?? LONGEST);
      if (fruitless >= limits.attempts || late)
        throw error instanceof Cut ? brokeOff(transfer) : hubError(error, transfer.id);
      await pause(rest, undefined, { signal });
    }
  }
  if (!(await digests(incomplete, file, signal)).includes(file.hash.hex)) {
    await rm(incomplete);
    throw new ActionableError(
      "hub-wrong-content",
      l10n.later`${file.path} of ${transfer.id} arrived damaged.`,
      "Download it again; if that stays, something between here and the hub changes files.",
    );
  }
  await rename(incomplete, target);
}

/** One request: appends what is missing from byte `start` on. */
async function fetchRest(transfer: Transfer, incomplete: string, start: number): Promise<void> {
  const { id, url, file, token, signal, progress, limits = LIMITS } = transfer;
  const watch = new Watch(limits.stall, limits.longest ?? LONGEST);
  try {
    const response = await ask(url, {
      headers: start > 0 ? { Range: `bytes=${start}-` } : {},
      ...(token ? { secrets: { Authorization: `Bearer ${token}` } } : {}),
      signal: AbortSignal.any([signal, watch.signal]),
      // To where the content lies, which needs no token.
      redirects: REDIRECTS,
    }).catch((error: unknown) => {
      throw watch.signal.aborted ? new Cut("stalled") : error;
    });
    if (response.status === 416) {
      await response.drop();
      // The file ends before the length that was announced for it.
      await rm(incomplete, { force: true });
      throw wrongLength(id, file);
    }
    if (!response.ok) {
      await response.drop();
      throw statusError(response.status, id);
    }
    // A server that ignores the range sends everything again.
    const goesOn =
      response.status === 206 && response.headers.get("content-range")?.startsWith(`bytes ${start}-`) === true;
    if (response.status === 206 && !goesOn) {
      await response.drop();
      throw statusError(502, id);
    }
    const output = await open(incomplete, goesOn ? "a" : "w");
    try {
      let written = goesOn ? start : 0;
      let slow = { since: performance.now(), from: written };
      for await (const part of received(response, id, file)) {
        watch.touch(limits.stall);
        written += part.length;
        if (written > file.size) throw wrongLength(id, file);
        if (written - slow.from >= SLOWEST) slow = { since: performance.now(), from: written };
        else if (performance.now() - slow.since > limits.stall * 2) throw new Cut("drips");
        await output.write(part);
        progress(written, part.length);
      }
      if (written < file.size) throw new Cut("ended early");
    } finally {
      await output.close();
    }
  } finally {
    watch.end();
  }
}

/** The bytes of a body, with whatever ends it early told apart from a disk that does not take them. */
async function* received(response: Reply, id: string, file: HubFile): AsyncGenerator<Uint8Array> {
  try {
    yield* response.bytes(file.size);
  } catch (error) {
    if (error instanceof ActionableError) throw wrongLength(id, file);
    throw new Cut("broke off", { cause: error });
  }
}

const wrongLength = (id: string, file: HubFile) =>
  new ActionableError(
    "hub-wrong-length",
    l10n.later`The hub has another length of ${file.path} of ${id} than the ${file.size} bytes it announced.`,
    "Try again in a while, or download the model in another way and choose its folder.",
  );

const brokeOff = ({ id, file }: Transfer) =>
  new ActionableError(
    "hub-broke-off",
    l10n.later`The download of ${file.path} of ${id} breaks off again and again.`,
    "Download again: it goes on where it stopped.",
  );

/** As the hub writes it: SHA-256 of large files, the id of a git blob (SHA-1) of small ones; with a mirror either SHA-1. */
async function digests(file: string, { size, hash: { kind } }: HubFile, signal: AbortSignal): Promise<string[]> {
  const blob = () => createHash("sha1").update(`blob ${size}\0`);
  const hashes: Hash[] =
    kind === "sha256" ? [createHash("sha256")] : kind === "git" ? [blob()] : [blob(), createHash("sha1")];
  for await (const part of createReadStream(file, { highWaterMark: 1 << 20 })) {
    signal.throwIfAborted();
    for (const hash of hashes) hash.update(part as Buffer);
  }
  return hashes.map((hash) => hash.digest("hex"));
}

const sizeOf = async (file: string): Promise<number> => (await stat(file).catch(() => undefined))?.size ?? 0;
