import assert from "node:assert/strict";
import { appendFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { readBenchFile, type KeptFailure, type KeptResult } from "../../../src/core/measure/benchFile";
import { measure } from "../../../src/core/measure/metrics";
import { fold } from "../../../src/core/trace/fold";
import { BenchLog } from "../../../src/disk/benchLog";
import { deer } from "../samples/sampleTraces";

const FIELDS = {
  data: "/data/stories.jsonl",
  questions: 4,
  sha256: "ab",
  model: "pocket",
  strategies: ["deer"],
  options: {},
  seed: 0,
  started: "2026-01-01T00:00:00Z",
};
const figures = measure(fold(deer()));
const result = (question: number, more: Partial<KeptResult> = {}): KeptResult => ({
  question,
  strategy: "deer",
  model: "pocket base",
  answer: "42",
  correct: true,
  figures,
  ...more,
});
const failure = (question: number): KeptFailure => ({
  t: "failure",
  question,
  strategy: "deer",
  code: "server-busy",
  message: "The server is busy.",
  attempts: 3,
});
const options = { elsewhere: "name another place" };

describe("the log of a bench", () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "thoughtlens-log-"));
    file = path.join(folder, "a.bench.jsonl");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const kept = async () => readBenchFile(await readFile(file, "utf8"))!;
  const numbers = (results: readonly KeptResult[]) => results.map(({ question }) => question);

  it("goes on where it was left, with the model of each answer and what failed", async () => {
    const first = await BenchLog.begin(file, FIELDS, options);
    await first.add([result(0)]);
    await first.addFailure(failure(1));
    await first.close();
    const second = await BenchLog.resume(file, options);
    assert.deepEqual(second.results, [result(0)]);
    assert.deepEqual(second.failures, [failure(1)]);
    assert.equal(second.has(0, "deer"), true);
    assert.equal(second.has(1, "deer"), false);
    await second.add([result(1)]);
    assert.deepEqual(second.failures, []);
    await second.close();
    assert.deepEqual((await kept()).results, [result(0), result(1)]);
    assert.deepEqual((await kept()).failures, []);
  });

  it("goes on behind a line that a crash cut off", async () => {
    const first = await BenchLog.begin(file, FIELDS, options);
    await first.add([result(0)]);
    await first.close();
    await appendFile(file, '{"t":"result","question":1,"strat');
    const second = await BenchLog.resume(file, options);
    await second.add([result(1)]);
    await second.close();
    assert.deepEqual(numbers((await kept()).results), [0, 1]);
  });

  it("is written by one at a time", async () => {
    const first = await BenchLog.begin(file, FIELDS, options);
    await assert.rejects(BenchLog.resume(file, options), {
      code: "results-locked",
      message: `The results in ${file} are being written by process ${process.pid} on ${hostname()}.`,
    });
    await first.close();
    await (await BenchLog.resume(file, options)).close();
  });

  it("that was deleted is written anew with all of it, header first", async () => {
    const restored: string[] = [];
    const log = await BenchLog.begin(file, FIELDS, { ...options, onRestored: (name) => restored.push(name) });
    await log.add([result(0)]);
    await rm(file);
    await log.add([result(1)]);
    await log.close();
    assert.deepEqual(restored, [file]);
    assert.deepEqual((await kept()).results, [result(0), result(1)]);
  });

  it("that was deleted behind its last result is written anew when it ends, and not when it is given up", async () => {
    const log = await BenchLog.begin(file, FIELDS, options);
    await log.add([result(0)]);
    await rm(file);
    await log.close();
    assert.deepEqual((await kept()).results, [result(0)]);
    await rm(file);
    await (await BenchLog.begin(file, FIELDS, options)).closeOrDiscard();
    await assert.rejects(kept());
  });

  it("takes many at once, each on the disk when it is said to be, in their order", async () => {
    const log = await BenchLog.begin(file, { ...FIELDS, questions: 200 }, options);
    const asked = Array.from({ length: 50 }, (_, question) => question);
    await Promise.all(
      asked.map(async (question) => {
        await log.add([result(question)]);
        assert.ok(numbers((await kept()).results).includes(question));
      }),
    );
    await log.close();
    assert.deepEqual(numbers((await kept()).results), asked);
  });

  it("tells all of those whose results the disk refuses together, and writes them with the next", async () => {
    const log = await BenchLog.begin(file, { ...FIELDS, questions: 200 }, options);
    await log.add([result(0)]);
    const elsewhere = `${file}.moved`;
    await rename(file, elsewhere);
    await mkdir(file);
    const refused = await Promise.allSettled([log.add([result(1)]), log.add([result(2)]), log.add([result(3)])]);
    assert.ok(refused.every(({ status }) => status === "rejected"));
    await rm(file, { recursive: true });
    await rename(elsewhere, file);
    await log.add([result(4)]);
    await log.close();
    assert.deepEqual(numbers((await kept()).results), [0, 1, 2, 3, 4]);
  });

  it("refuses an answer of another model than before", async () => {
    const log = await BenchLog.begin(file, FIELDS, options);
    await log.add([result(0, { sha256: "cd" })]);
    await assert.rejects(log.add([result(1, { sha256: "ef" })]), { code: "model-changed" });
    await log.close();
    assert.deepEqual(numbers((await kept()).results), [0]);
  });

  const unreadable: [what: string, content: string | undefined, code: string, sentence: RegExp][] = [
    ["no file", undefined, "file-missing", /cannot be read \(ENOENT\)/],
    ["a file of no bytes", "", "bench-format", /is empty/],
    ["another file", "no bench\n", "bench-format", /holds no results of a bench/],
    ["a newer version's", '{"t":"bench","v":99}\n', "bench-format", /newer version/],
  ];
  for (const [what, content, code, sentence] of unreadable)
    it(`cannot go on with ${what}, which stays as it is`, async () => {
      if (content !== undefined) await writeFile(file, content);
      await assert.rejects(BenchLog.resume(file, options), (error: Error & { code: string }) => {
        assert.equal(error.code, code);
        assert.match(error.message, sentence);
        return true;
      });
      if (content !== undefined) assert.equal(await readFile(file, "utf8"), content);
    });

  it("begins anew only where nothing is lost", async () => {
    await writeFile(file, "");
    await (await BenchLog.begin(file, FIELDS, options)).close();
    await assert.rejects(BenchLog.begin(file, FIELDS, options), { code: "results-eexist" });
    assert.equal((await kept()).results.length, 0);
  });

  it("without a file keeps what it was given", async () => {
    const log = BenchLog.unkept(FIELDS);
    await log.add([result(0)]);
    await log.addFailure(failure(1));
    await log.close();
    assert.deepEqual(numbers(log.results), [0]);
    assert.deepEqual(numbers(log.failures as unknown as KeptResult[]), [1]);
    assert.equal(log.file, undefined);
  });
});
