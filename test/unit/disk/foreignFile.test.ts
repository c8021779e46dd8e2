import assert from "node:assert/strict";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { LARGEST_FILE } from "../../../src/core/formats/limits";
import { serializeEvent } from "../../../src/core/trace/traceFile";
import { readForeignFile } from "../../../src/disk/foreignFile";
import { sampleTrace } from "../core/sampleTrace";
import { inEnglish } from "../../../src/core/text/l10n";

const trace = sampleTrace.map((event) => `${serializeEvent(event)}\n`).join("");

describe("a foreign file", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "thoughtlens-foreign-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** A file that takes no room on the disk beyond its text. */
  async function huge(name: string, text: string): Promise<string> {
    const file = path.join(folder, name);
    await writeFile(file, text);
    const handle = await open(file, "r+");
    await handle.truncate(LARGEST_FILE + 1);
    await handle.close();
    return file;
  }

  it("is read from disk, or from the bytes that were dropped", async () => {
    const file = path.join(folder, "a.txt");
    await writeFile(file, "<think>1 + 1</think>2");
    const bytes = new TextEncoder().encode("<think>1 + 1</think>2");
    const [fromDisk, dropped] = [
      await readForeignFile({ name: "a.txt", path: file }),
      await readForeignFile({ name: "a.txt", bytes }),
    ];
    assert.deepEqual([fromDisk.format, fromDisk.traces.length], ["Text with <think>", 1]);
    assert.deepEqual(dropped, fromDisk);
  });

  it("of our own that is huge gives its beginning and says so", async function () {
    this.timeout(60_000);
    const { traces, problems } = await readForeignFile({
      name: "huge.thoughts.jsonl",
      path: await huge("huge.thoughts.jsonl", trace),
    });
    assert.deepEqual([traces.length, traces[0]!.length], [1, sampleTrace.length]);
    assert.match(inEnglish(problems[0]!), /^(The file is too long|\d+ lines? (is|are) no valid)/);
  });

  it("of another tool that is huge is refused in one sentence", async () => {
    const { traces, problems } = await readForeignFile({ name: "huge.json", path: await huge("huge.json", "{}") });
    assert.deepEqual(
      [traces, problems.map(inEnglish)],
      [
        [],
        [
          "The file is too large to be imported: it has 401 MB, and at most 400 MB are read. Split it and import the parts.",
        ],
      ],
    );
  });

  it("that is gone is an error", async () => {
    await assert.rejects(readForeignFile({ name: "x", path: path.join(folder, "nowhere") }));
  });
});
