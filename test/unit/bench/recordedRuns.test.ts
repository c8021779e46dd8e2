/** Figures of runs in a file: what was asked is found again, by another process too, and a line that was cut short is not there. */
import assert from "node:assert/strict";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { RecordedRuns, type Asked, type RecordedRun } from "../../../bench/recordedRuns";

const asked = (seed: number, options: Record<string, unknown> = {}, folder = "/somewhere/model"): Asked => ({
  index: 3,
  question: { question: "2 + 2?", answer: "4" } as Asked["question"],
  contender: { name: "probe", strategy: "probe", model: { kind: "folder", path: folder }, options },
  seed,
  shown: [],
});
const run = {
  answer: "4",
  correct: true,
  marked: false,
  together: true,
  figures: { tokens: { total: 9 }, ms: { total: 12.7 }, context: { peak: 5 }, answer: "4", marks: { loop: 1 } },
} as unknown as RecordedRun;

describe("recorded figures of runs", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-runs-"));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const files = () => [path.join(folder, "mine.jsonl"), path.join(folder, "theirs.jsonl")];

  it("are found by what was asked, wherever model and probe lie", () => {
    new RecordedRuns(files()).add(asked(0, { file: "/a/probe.json" }), run);
    const known = new RecordedRuns(files());
    const found = known.of(asked(0, { file: "/b/probe.json" }, "/elsewhere/model"))!;
    assert.deepEqual([found.correct, found.together], [true, true]);
    assert.equal(found.figures.ms.total, 13);
    assert.deepEqual([found.question, found.strategy, found.sample], [3, "probe", 1]);
    assert.equal(known.of(asked(1, { file: "/b/probe.json" })), undefined);
    assert.equal(known.of(asked(0, { file: "/b/probe.json", risk: 0.1 })), undefined);
    assert.equal(known.of(asked(0, { file: "/b/probe.json" }, "/elsewhere/other")), undefined);
  });

  it("are read from several files, and new ones go into the first", async () => {
    const [mine, theirs] = files();
    new RecordedRuns([theirs!]).add(asked(0), run);
    const both = new RecordedRuns(files());
    both.add(asked(1), run);
    assert.ok(both.of(asked(0)) && both.of(asked(1)));
    assert.equal((await readFile(mine!, "utf8")).trim().split("\n").length, 1);
  });

  it("lose the line that a stop cut short, and no other", async () => {
    const [mine] = files();
    new RecordedRuns([mine!]).add(asked(0), run);
    await appendFile(mine!, '{"key":"00');
    new RecordedRuns([mine!]).add(asked(1), run);
    const known = new RecordedRuns([mine!]);
    assert.ok(known.of(asked(0)) && known.of(asked(1)));
  });
});
