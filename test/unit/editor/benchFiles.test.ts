import assert from "node:assert/strict";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { KeptResult } from "../../../src/core/measure/benchFile";
import { fold } from "../../../src/core/trace/fold";
import { measure } from "../../../src/core/measure/metrics";
import { BenchFiles } from "../../../src/editor/bench/benchFiles";
import { deer } from "../samples/sampleTraces";

const FIELDS = {
  data: "file:///stories.jsonl",
  questions: 3,
  sha256: "ab",
  model: "pocket",
  strategies: ["deer"],
  options: {},
  seed: 0,
  started: "2026-01-01T00:00:00Z",
};
const figures = measure(fold(deer()));
const result = (question: number): KeptResult => ({ question, strategy: "deer", answer: "42", correct: true, figures });

describe("the benches of a workspace", () => {
  let folder: string;
  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(os.tmpdir(), "thoughtlens-benches-")), "benches");
  });
  afterEach(() => rm(path.dirname(folder), { recursive: true }));
  const files = () => new BenchFiles(folder, assert.fail);
  const begin = async (fields = FIELDS, results: KeptResult[] = []) => {
    const log = await files().open(fields);
    await log.add(results);
    await log.close();
    return files().idOf(fields);
  };

  it("are found again by what they ask, also by another window", async () => {
    const id = await begin(FIELDS, [result(0)]);
    const later = { ...FIELDS, started: "2026-02-02T00:00:00Z" };
    assert.equal(files().idOf(later), id);
    const again = await files().open(later);
    assert.equal(again.header.started, FIELDS.started);
    assert.deepEqual(again.results, [result(0)]);
    await again.close();
    assert.notEqual(files().idOf({ ...FIELDS, seed: 1 }), id);
  });

  it("are run by one window at a time", async () => {
    const log = await files().open(FIELDS);
    await assert.rejects(files().open(FIELDS), { code: "results-locked" });
    await log.close();
  });

  it("go on behind a line that a crash cut off", async () => {
    const id = await begin(FIELDS, [result(0)]);
    await appendFile(path.join(folder, `${id}.bench.jsonl`), '{"t":"result","question":1,"strat');
    const log = await files().resume(id);
    await log.add([result(1)]);
    await log.add([result(2)]);
    await log.close();
    assert.deepEqual((await files().read(id))!.results, [0, 1, 2].map(result));
  });

  it("are listed newest first, without what is no bench", async () => {
    assert.deepEqual(await files().all(), []);
    await begin();
    await begin({ ...FIELDS, seed: 1, started: "2026-03-03T00:00:00Z" });
    await appendFile(path.join(folder, `${"0".repeat(24)}.bench.jsonl`), "no bench\n");
    await appendFile(path.join(folder, "notes.txt"), "notes");
    assert.deepEqual(
      (await files().all()).map(({ header }) => header.seed),
      [1, 0],
    );
  });

  it("of a newer version are left as they are", async () => {
    const file = path.join(folder, `${await begin()}.bench.jsonl`);
    await writeFile(file, '{"t":"bench","v":99}\n');
    await assert.rejects(files().open(FIELDS), /cannot be read; a newer version/);
    assert.equal(await readFile(file, "utf8"), '{"t":"bench","v":99}\n');
  });

  it("are never looked for outside their folder", async () => {
    for (const id of ["../../secret", "", "x".repeat(24)]) assert.equal(await files().read(id), undefined);
  });
});
