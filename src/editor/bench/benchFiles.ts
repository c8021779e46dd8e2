/** The results of dataset runs: one `*.bench.jsonl` file each, so that a run that was cut goes on from there. */
import { createHash } from "node:crypto";
import path from "node:path";
import type { BenchHeaderFields, BenchReading } from "../../core/measure/benchFile";
import { ActionableError } from "../../core/protocol/rpc";
import type { BenchLog } from "../../disk/benchLog";
import { namesIn } from "../../disk/wholeFile";
import { l10n } from "../../core/text/l10n";

const SUFFIX = ".bench.jsonl";

/** A dataset run with what is known of it. */
export interface KeptBench extends BenchReading {
  /** Same for the same questions under the same strategies, model and settings. */
  readonly id: string;
}

export class BenchFiles {
  /**
   * @param folder where the files are
   * @param onRestored called when a file that was deleted while its bench ran has been written anew
   */
  constructor(
    private readonly folder: string,
    private readonly onRestored: (file: string) => void,
  ) {}

  /** Of the bench that asks these very questions with these settings. */
  idOf({ data, questions, sha256, model, strategies, options, seed }: BenchHeaderFields): string {
    const identity = JSON.stringify([data, questions, sha256, model, strategies, options, seed]);
    return createHash("sha256").update(identity).digest("hex").slice(0, 24);
  }

  /**
   * The bench that was begun with these very questions and settings, else a new one.
   * @throws ActionableError `bench-unreadable` where its file is there and cannot be read: it is left as it is
   */
  async open(fields: BenchHeaderFields): Promise<BenchLog> {
    const id = this.idOf(fields);
    if (await this.read(id)) return this.resume(id);
    const { BenchLog } = await import("../../disk/benchLog");
    const file = this.fileOf(id);
    return BenchLog.begin(file, fields, this.options).catch((error: { code?: unknown }) => {
      if (error.code !== "results-eexist") throw error;
      throw new ActionableError(
        "bench-unreadable",
        l10n.later`The results of this bench in ${file} cannot be read; a newer version may have written them.`,
        "Move that file away to begin anew.",
      );
    });
  }

  /** @throws ActionableError of `BenchLog.resume` */
  async resume(id: string): Promise<BenchLog> {
    const { BenchLog } = await import("../../disk/benchLog");
    return BenchLog.resume(this.fileOf(id), this.options);
  }

  /** @returns undefined where there is no such bench */
  async read(id: string): Promise<KeptBench | undefined> {
    // Ids come from pages and their kept state too: only our own names lead to files.
    if (!/^[0-9a-f]{24}$/.test(id)) return undefined;
    const { readResults } = await import("../../disk/benchLog");
    const reading = await readResults(this.fileOf(id)).catch(() => undefined);
    return reading && { id, ...reading };
  }

  /** Newest first. */
  async all(): Promise<KeptBench[]> {
    const names = await namesIn(this.folder);
    const ids = names.filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length));
    const read = await Promise.all(ids.map((id) => this.read(id)));
    return read.filter((bench) => bench !== undefined).sort((a, b) => b.header.started.localeCompare(a.header.started));
  }

  private get options() {
    return { elsewhere: l10n.later`move the workspace's storage to another disk`, onRestored: this.onRestored };
  }

  private fileOf(id: string): string {
    return path.join(this.folder, `${id}${SUFFIX}`);
  }
}
