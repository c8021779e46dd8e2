/** A trace with what was asked of it afterwards, in a file that grows with every answer: what was broken off goes on from it. */
import { readFile } from "node:fs/promises";
import { ActionableError } from "../core/protocol/rpc";
import type { TraceEvent } from "../core/trace/trace";
import { readTrace, serializeEvent } from "../core/trace/traceFile";
import { diskError } from "../disk/diskError";
import { LineFile } from "../disk/lineFile";

const ELSEWHERE = "name another place by --out";
const linesOf = (events: readonly TraceEvent[]): string => events.map((event) => `${serializeEvent(event)}\n`).join("");

export class AskedTrace {
  private constructor(
    readonly events: TraceEvent[],
    readonly file: string | undefined,
    private readonly lines: LineFile | undefined,
  ) {}

  /**
   * @param file where it is kept; undefined keeps it in memory
   * @param begin gives the trace where the file is not there yet
   * @param fits whether a trace that is there is the one that is meant
   * @throws ActionableError `asked-other` where it is another one, and those of the disk
   */
  static async open(
    file: string | undefined,
    begin: () => Promise<TraceEvent[]>,
    fits: (events: readonly TraceEvent[]) => boolean,
  ): Promise<AskedTrace> {
    if (file === undefined) return new AskedTrace(await begin(), undefined, undefined);
    const known = await readKnown(file);
    try {
      if (known) {
        if (!fits(known)) throw other(file);
        return new AskedTrace(known, file, await LineFile.open(file));
      }
      const events = await begin();
      return new AskedTrace(events, file, await LineFile.create(file, linesOf(events)));
    } catch (error) {
      if (error instanceof ActionableError) throw error;
      throw diskError(error, file, { what: "The trace", code: "file", elsewhere: ELSEWHERE });
    }
  }

  /** @throws ActionableError where the disk refuses it */
  async add(event: TraceEvent): Promise<void> {
    this.events.push(event);
    try {
      await this.lines?.append(linesOf([event]));
    } catch (error) {
      throw diskError(error, this.file!, { what: "The trace", code: "file", elsewhere: ELSEWHERE });
    }
  }

  async close(): Promise<void> {
    await this.lines?.close();
  }
}

/** What a file holds already; undefined where there is none. */
async function readKnown(file: string): Promise<TraceEvent[] | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw diskError(error, file, { what: "The trace", code: "file", elsewhere: ELSEWHERE });
  }
  return readTrace(text).events;
}

const other = (file: string) =>
  new ActionableError("asked-other", `The file ${file} holds another run.`, "Name another place by --out, or move it.");
