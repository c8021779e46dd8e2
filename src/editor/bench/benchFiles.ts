/** The results of dataset runs: one `*.bench.jsonl` file each, so that a run that was cut goes on from there. */
import { createHash } from "node:crypto";
import { appendFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { BenchHeader, BenchReading, KeptResult } from "../../core/measure/benchFile";
import { ActionableError } from "../../core/protocol/rpc";

const SUFFIX = ".bench.jsonl";

/** A dataset run with what is known of it. */
export interface KeptBench {
  /** Same for the same questions under the same strategies, model and settings. */
  readonly id: string;
  readonly header: BenchHeader;
  readonly results: KeptResult[];
}

export class BenchFiles {
  /** Files whose last line is known to be whole. */
  private readonly mended = new Set<string>();

  constructor(private readonly folder: string) {}

  /**
   * The bench that was begun with these very questions and settings, else a new one.
   * @throws ActionableError where its file is there and cannot be read: it is left as it is
   */
  async open(fields: Omit<BenchHeader, "t" | "v">): Promise<KeptBench> {
    const { data, questions, sha256, model, strategies, options, seed } = fields;
    const identity = JSON.stringify([data, questions, sha256, model, strategies, options, seed]);
    const id = createHash("sha256").update(identity).digest("hex").slice(0, 24);
    const known = await this.read(id);
    if (known) return known;
    const { headerLine } = await import("../../core/measure/benchFile");
    await mkdir(this.folder, { recursive: true });
    await writeFile(this.fileOf(id), headerLine(fields), { flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
      throw new ActionableError(
        "bench-unreadable",
        `The results of this bench in ${this.fileOf(id)} cannot be read; a newer version may have written them.`,
        "Move that file away to begin anew.",
      );
    });
    return (await this.read(id))!;
  }

  /** @returns undefined where there is no such bench */
  async read(id: string): Promise<KeptBench | undefined> {
    const reading = await this.readingOf(id);
    return reading && { id, header: reading.header, results: reading.results };
  }

  /** Newest first. */
  async all(): Promise<KeptBench[]> {
    // A folder that is not there yet holds no benches.
    const names = await readdir(this.folder).catch(() => []);
    const ids = names.filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length));
    const read = await Promise.all(ids.map((id) => this.read(id)));
    return read.filter((bench) => bench !== undefined).sort((a, b) => b.header.started.localeCompare(a.header.started));
  }

  /** Results are on disk before the next is asked for: a killed host loses at most the line being written. */
  async append(id: string, results: readonly KeptResult[]): Promise<void> {
    if (results.length === 0) return;
    const { resultLine } = await import("../../core/measure/benchFile");
    const whole = this.mended.has(id) || (await this.readingOf(id))?.whole === true;
    await appendFile(this.fileOf(id), `${whole ? "" : "\n"}${results.map(resultLine).join("")}`);
    this.mended.add(id);
  }

  private async readingOf(id: string): Promise<BenchReading | undefined> {
    // Ids come from pages and their kept state too: only our own names lead to files.
    if (!/^[0-9a-f]{24}$/.test(id)) return undefined;
    const text = await readFile(this.fileOf(id), "utf8").catch(() => undefined);
    if (text === undefined) return undefined;
    const { readBenchFile } = await import("../../core/measure/benchFile");
    return readBenchFile(text);
  }

  private fileOf(id: string): string {
    return path.join(this.folder, `${id}${SUFFIX}`);
  }
}
