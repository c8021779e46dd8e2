/**
 * A bench's results as they come in, in a file of their own where one is wanted. A bench that was cut goes on from its
 * file; two processes never write the same one.
 */
import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import {
  benchHeader,
  entryLine,
  questionsText,
  readBenchFile,
  resultEntry,
  resultKey,
  type BenchEntry,
  type BenchHeader,
  type BenchHeaderFields,
  type BenchQuestion,
  type BenchReading,
  type KeptFailure,
  type KeptResult,
} from "../core/measure/benchFile";
import { ActionableError } from "../core/protocol/rpc";
import { l10n } from "../core/text/l10n";
import { diskError, type Written } from "./diskError";
import { FileLocked, lockFile, type FileLock } from "./fileLock";
import { KeptLines } from "./keptLines";

export interface BenchLogOptions {
  /** How a person chooses another place; the end of a sentence. */
  readonly elsewhere: Written["elsewhere"];
  /** Called when a file that was deleted meanwhile has been written anew. */
  readonly onRestored?: (file: string) => void;
}

export class BenchLog {
  /** What was found and what came since, in the order of the file. */
  readonly results: KeptResult[];
  private readonly failed: Map<string, KeptFailure>;
  private readonly answered: Set<string>;
  /** Hash of the model that answered, by strategy. */
  private readonly models = new Map<string, string>();
  /** What is not with the disk yet, the write that will take it there, and the one that is under way. */
  private readonly gathered: BenchEntry[] = [];
  private next: Promise<void> | undefined;
  private going: Promise<void> = Promise.resolve();
  private ended = false;

  private constructor(
    readonly header: BenchHeader,
    { results, failures }: Pick<BenchReading, "results" | "failures">,
    private readonly options: BenchLogOptions,
    private readonly kept: { lines: KeptLines<BenchEntry>; lock: FileLock } | undefined,
  ) {
    this.results = [...results];
    this.answered = new Set(results.map(resultKey));
    this.failed = new Map(failures.map((failure) => [resultKey(failure), failure]));
    for (const { strategy, sha256 } of results) if (sha256 !== undefined) this.models.set(strategy, sha256);
  }

  /** Results that nothing keeps. */
  static unkept(fields: BenchHeaderFields): BenchLog {
    return new BenchLog(benchHeader(fields), NOTHING, { elsewhere: "" }, undefined);
  }

  /** Begins a new file. @throws ActionableError `results-eexist`, `results-locked`, and others of the disk */
  static async begin(file: string, fields: BenchHeaderFields, options: BenchLogOptions): Promise<BenchLog> {
    const lock = await lockResults(file, options);
    const header = benchHeader(fields);
    const lines = new KeptLines<BenchEntry>(file, linesOptions(options));
    try {
      await lines.add([header]);
    } catch (error) {
      await lock.release();
      throw refusal(error, file, options);
    }
    return new BenchLog(header, NOTHING, options, { lines, lock });
  }

  /**
   * Goes on with a file that is there.
   * @throws ActionableError `file-missing`, `bench-format`, `results-locked`, and others of the disk
   */
  static async resume(file: string, options: BenchLogOptions): Promise<BenchLog> {
    // A file that is none of ours gets no lock beside it.
    await readResults(file);
    const lock = await lockResults(file, options);
    try {
      const reading = await readResults(file);
      const entries = [reading.header, ...reading.results.map(resultEntry), ...reading.failures];
      const lines = await KeptLines.resume<BenchEntry>(file, linesOptions(options), entries);
      return new BenchLog(reading.header, reading, options, { lines, lock });
    } catch (error) {
      await lock.release();
      throw error instanceof ActionableError ? error : refusal(error, file, options);
    }
  }

  /** Undefined where nothing keeps the results. */
  get file(): string | undefined {
    return this.kept?.lines.file;
  }

  /** @param sample from 1 */
  has(question: number, strategy: string, sample = 1): boolean {
    return this.answered.has(resultKey({ question, strategy, sample }));
  }

  /** Runs that gave no result yet, with what went wrong the last time. */
  get failures(): KeptFailure[] {
    return [...this.failed.values()];
  }

  /**
   * Results are on disk when it resolves.
   * @throws ActionableError `model-changed` where an answer came from another model than the ones before, or why the disk
   *   refuses: the results count all the same, and are written with the next
   */
  async add(results: readonly KeptResult[]): Promise<void> {
    this.demandSameModel(results);
    for (const result of results) {
      if (result.sha256 !== undefined) this.models.set(result.strategy, result.sha256);
      this.answered.add(resultKey(result));
      this.failed.delete(resultKey(result));
      this.results.push(result);
    }
    await this.write(results.map(resultEntry));
  }

  /** @throws ActionableError as `add` */
  async addFailure(failure: KeptFailure): Promise<void> {
    this.failed.set(resultKey(failure), failure);
    await this.write([failure]);
  }

  /** As `close`; a file that holds nothing but its header goes, so that the bench can be begun again under its name. */
  closeOrDiscard(): Promise<void> {
    return this.end(this.results.length === 0 && this.failed.size === 0);
  }

  /** What was deleted since the last result came is written anew. */
  close(): Promise<void> {
    return this.end(false);
  }

  private async end(discard: boolean): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    await this.next?.catch(() => undefined);
    await this.going;
    if (!this.kept) return;
    const { lines, lock } = this.kept;
    if (discard) await rm(lines.file, { force: true }).catch(() => undefined);
    else await lines.add([]).catch(() => undefined);
    await lines.close().catch(() => undefined);
    await lock.release();
  }

  /** What comes while the disk is busy goes to it together: a disk takes as long for one line as for a hundred. */
  private write(entries: readonly BenchEntry[]): Promise<void> {
    if (!this.kept) return Promise.resolve();
    this.gathered.push(...entries);
    return (this.next ??= this.going.then(async () => {
      const gathered = this.gathered.splice(0);
      this.next = undefined;
      const writing = this.bring(gathered);
      this.going = writing.catch(() => undefined);
      await writing;
    }));
  }

  private async bring(entries: readonly BenchEntry[]): Promise<void> {
    const { lines } = this.kept!;
    try {
      await lines.add(entries);
      await lines.sync();
    } catch (error) {
      throw refusal(error, lines.file, this.options);
    }
  }

  private demandSameModel(results: readonly KeptResult[]): void {
    for (const { strategy, sha256 } of results) {
      const before = this.models.get(strategy);
      if (before !== undefined && sha256 !== undefined && before !== sha256)
        throw new ActionableError(
          "model-changed",
          "The model is not the one that gave the results so far: its weights differ.",
          "Begin a new bench, or go on with the old model.",
        );
    }
  }
}

/** What a file of results holds. @throws ActionableError `file-missing`, `bench-format` */
export async function readResults(file: string): Promise<BenchReading> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new ActionableError(
      "file-missing",
      l10n.later`The file ${file} cannot be read (${error.code ?? error.message}).`,
      "Check its name.",
    );
  });
  const reading = readBenchFile(text);
  if (reading) return reading;
  throw text.trim() === ""
    ? new ActionableError("bench-format", l10n.later`The file ${file} is empty.`, "Begin anew: nothing is lost.")
    : new ActionableError(
        "bench-format",
        l10n.later`The file ${file} holds no results of a bench, or a newer version wrote it.`,
        "Name a file that --results has written.",
      );
}

/** Tells one set of questions from another, hex. */
export function hashOfQuestions(questions: readonly BenchQuestion[]): string {
  return createHash("sha256").update(questionsText(questions)).digest("hex");
}

const NOTHING = { results: [], failures: [] };

const linesOptions = ({ onRestored }: BenchLogOptions) => ({
  textOf: (entries: readonly BenchEntry[]) => entries.map(entryLine).join(""),
  ...(onRestored ? { onRestored } : {}),
});

async function lockResults(file: string, options: BenchLogOptions): Promise<FileLock> {
  try {
    return await lockFile(file);
  } catch (error) {
    if (!(error instanceof FileLocked)) throw refusal(error, file, options);
    const { holder, lock } = error;
    const who = holder ? `process ${holder.pid} on ${holder.host}` : "another process";
    throw new ActionableError(
      "results-locked",
      l10n.later`The results in ${file} are being written by ${who}.`,
      l10n.later`Wait until it is through, or stop it. Where no such process runs, delete ${lock}.`,
    );
  }
}

const refusal = (error: unknown, file: string, { elsewhere }: BenchLogOptions): ActionableError =>
  diskError(error, file, { what: l10n.later`The results`, code: "results", elsewhere });
