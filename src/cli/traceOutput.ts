/** The folder that `--out` names, in which traces are written as they come. */
import { access, constants, mkdir } from "node:fs/promises";
import path from "node:path";
import { sentenceOf } from "../core/protocol/rpc";
import { diskError } from "../disk/diskError";
import { TraceWriter } from "../disk/traceWriter";

const ELSEWHERE = "name another folder by --out";

export class TraceOutput {
  private isRefused = false;

  /** @param folder undefined where no trace is kept; @param say tells a person a sentence */
  constructor(
    private readonly folder: string | undefined,
    private readonly say: (sentence: string) => void,
  ) {}

  /** Whether a trace could not be kept; that has been told. */
  get refused(): boolean {
    return this.isRefused;
  }

  /** Makes the folder. @throws ActionableError `file` where nothing can be written there */
  async demand(): Promise<void> {
    const { folder } = this;
    if (folder === undefined) return;
    try {
      await mkdir(folder, { recursive: true });
      await access(folder, constants.W_OK);
    } catch (error) {
      throw diskError(error, path.join(folder, "."), { what: "The traces", code: "file", elsewhere: ELSEWHERE });
    }
  }

  /** What writes the trace of the run `id`, where traces are kept. */
  writerOf(id: string): TraceWriter | undefined {
    if (this.folder === undefined) return undefined;
    return new TraceWriter(path.join(this.folder, `${id}.thoughts.jsonl`), {
      elsewhere: ELSEWHERE,
      onRefused: (error) => {
        // One that cannot be written is told; a hundred more for the same reason need not be.
        if (!this.isRefused) this.say(sentenceOf(error));
        this.isRefused = true;
      },
      onRestored: (file) => this.say(`${file} was deleted meanwhile: it has been written anew.`),
    });
  }
}
