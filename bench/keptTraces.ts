/** Runs kept as trace files: a benchmark that was stopped goes on where it stood, and every run can be looked at. */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { RunRequest } from "../src/core/protocol/engineApi";
import type { TraceEvent } from "../src/core/trace/trace";
import { readTrace, serializeEvent } from "../src/core/trace/traceFile";
import type { RunRecorded } from "../src/engine/runs/datasetRun";

export class KeptTraces {
  /** @param folder to be removed when the files of a model change: a model is known by where it is */
  constructor(private readonly folder: string) {}

  /** `run`, but for requests that were run before; those are answered from their files. */
  through(run: RunRecorded): RunRecorded {
    return async (request) => {
      const file = path.join(this.folder, `${request.strategy}-${fingerprint(request)}.thoughts.jsonl`);
      const known = await readWhole(file);
      if (known) return known;
      const events = await run(request);
      await mkdir(this.folder, { recursive: true });
      // Under its name a file is whole, whenever the process ends.
      await writeFile(`${file}.part`, events.map((event) => `${serializeEvent(event)}\n`).join(""));
      await rename(`${file}.part`, file);
      return events;
    };
  }
}

/** What of a request makes the run what it is. */
function fingerprint({ model, strategy, options, seed, messages, gold }: RunRequest): string {
  const asked = JSON.stringify([model, strategy, options, seed, messages, gold]);
  return createHash("sha256").update(asked).digest("hex").slice(0, 16);
}

async function readWhole(file: string): Promise<TraceEvent[] | undefined> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const { events, problems } = readTrace(text);
  return problems.length === 0 ? events : undefined;
}
