import assert from "node:assert/strict";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ActionableError } from "../../../src/core/protocol/rpc";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { readTrace } from "../../../src/core/trace/traceFile";
import { createOnDisk, TraceWriter } from "../../../src/editor/store/traceWriter";

const note = (message: string): TraceEvent => ({ t: "note", level: "info", message });

describe("trace writer", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "thoughtlens-writer-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("appends batches in order, a line an event, and makes the folder", async () => {
    const file = path.join(folder, "new", "folder", "a.thoughts.jsonl");
    const writer = new TraceWriter(file, createOnDisk, assert.fail);
    writer.append([note("1"), note("2")]);
    writer.append([]);
    writer.append([note("3")]);
    await writer.close();
    assert.deepEqual(readTrace(await readFile(file, "utf8")).events, [note("1"), note("2"), note("3")]);
  });

  it("does not write over a file that is there", async () => {
    const file = path.join(folder, "a.thoughts.jsonl");
    const first = new TraceWriter(file, createOnDisk, assert.fail);
    first.append([note("kept")]);
    await first.close();
    const refused: ActionableError[] = [];
    const second = new TraceWriter(file, createOnDisk, (error) => refused.push(error));
    second.append([note("lost")]);
    await second.close();
    assert.deepEqual(
      refused.map(({ code }) => code),
      ["trace-eexist"],
    );
    assert.deepEqual(readTrace(await readFile(file, "utf8")).events, [note("kept")]);
  });

  // Only Linux has a device that is always full.
  const onLinux = process.platform === "linux" ? it : () => undefined;
  onLinux("tells a full disk once, with an action, and goes on without the file", async () => {
    const refused: ActionableError[] = [];
    const writer = new TraceWriter(
      "full",
      () => open("/dev/full", "w"),
      (error) => refused.push(error),
    );
    for (let batch = 0; batch < 3; batch++) writer.append([note("lost")]);
    await writer.close();
    assert.equal(refused.length, 1);
    assert.equal(writer.problem, refused[0]);
    assert.match(refused[0]!.message, /disk is full/);
    assert.match(refused[0]!.action ?? "", /Free some space/);
  });
});
