/** The readers of `docs/TRACE-FORMAT.md`, in Python and in TypeScript: they read what ours reads. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fold } from "../../../src/core/trace/fold";
import { readTrace } from "../../../src/core/trace/traceFile";
import { splitRuns } from "../../../src/core/trace/traceRuns";

const PYTHON = ["python3", "python"].find((name) => spawnSync(name, ["--version"]).status === 0);
const READERS: Record<string, { program: string | undefined; args: string[] }> = {
  "read_trace.py": { program: PYTHON, args: [] },
  "readTrace.ts": { program: process.execPath, args: ["--import", "tsx"] },
};

describe("the readers that the documents show", function () {
  this.timeout(60_000);
  let folder: string;
  let file: string;

  /** All samples as one file of many runs, which ends in the middle of a line. */
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "thoughtlens-readers-"));
    file = path.join(folder, "all.thoughts.jsonl");
    const samples = path.resolve("media/traces");
    const names = readdirSync(samples).filter((name) => name.endsWith(".jsonl"));
    const all = names.map((name) => readFileSync(path.join(samples, name), "utf8"));
    writeFileSync(file, `${all.join("")}{"t":"tokens","at":0,"text":["cut o`);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** What they print, by our own reader. */
  function expected(): unknown[] {
    return splitRuns(readTrace(readFileSync(file, "utf8")).events).map((events) => {
      const { header, end, exit, positions, spans } = fold(events);
      const texts = spans
        .filter(({ kind }) => kind === "thinking")
        .flatMap(({ from, to }) => positions.slice(from, to).map(({ text }) => text));
      const row = { strategy: header!.strategy, answer: end?.answer ?? null, tokens: positions.length };
      return { ...row, exit: exit?.why ?? null, thinking: texts.join("") };
    });
  }

  for (const [name, { program, args }] of Object.entries(READERS))
    it(`${name} has some twenty lines and reads every sample`, function () {
      const source = path.resolve("docs/readers", name);
      const lines = readFileSync(source, "utf8")
        .split("\n")
        .filter((line) => line.trim() !== "");
      assert.ok(lines.length <= 25, `${lines.length} lines`);
      // A machine without Python has nobody who would use it.
      if (program === undefined) return this.skip();
      const printed = execFileSync(program, [...args, source, file], { encoding: "utf8" });
      const rows = printed
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown);
      assert.ok(rows.length > 15);
      assert.deepEqual(rows, expected());
    });
});
