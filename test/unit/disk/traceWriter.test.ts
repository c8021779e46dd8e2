import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ActionableError } from "../../../src/core/protocol/rpc";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { readTrace } from "../../../src/core/trace/traceFile";
import { LineFile } from "../../../src/disk/lineFile";
import { appendToTrace, TraceWriter } from "../../../src/disk/traceWriter";

const note = (message: string): TraceEvent => ({ t: "note", level: "info", message });
const notes = (...messages: string[]): TraceEvent[] => messages.map(note);
const elsewhere = "name another folder";

describe("trace writer", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "thoughtlens-writer-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const eventsIn = async (file: string) => readTrace(await readFile(file, "utf8")).events;

  it("appends batches in order, a line an event, and makes the folder", async () => {
    const file = path.join(folder, "new", "folder", "a.thoughts.jsonl");
    const writer = new TraceWriter(file, { elsewhere, onRefused: assert.fail });
    writer.append(notes("1", "2"));
    writer.append([]);
    writer.append(notes("3"));
    await writer.close();
    assert.deepEqual(await eventsIn(file), notes("1", "2", "3"));
  });

  it("does not write over a file that is there", async () => {
    const file = path.join(folder, "a.thoughts.jsonl");
    const first = new TraceWriter(file, { elsewhere, onRefused: assert.fail });
    first.append(notes("kept"));
    await first.close();
    const refused: ActionableError[] = [];
    const second = new TraceWriter(file, { elsewhere, onRefused: (error) => refused.push(error) });
    second.append(notes("lost"));
    await second.close();
    assert.deepEqual(
      refused.map(({ code }) => code),
      ["trace-eexist"],
    );
    assert.deepEqual(await eventsIn(file), notes("kept"));
  });

  // Only Linux has a device that is always full.
  const onLinux = process.platform === "linux" ? it : () => undefined;
  onLinux("tells a full disk once, with an action, and goes on without the file", async () => {
    const refused: ActionableError[] = [];
    const create = async (_file: string, text: string) => {
      const full = await LineFile.open("/dev/full");
      // As files that are made do, whose handle nobody gets where they are refused.
      await full.append(text).catch(async (error: unknown) => {
        await full.close();
        throw error;
      });
      return full;
    };
    const writer = new TraceWriter("full", { elsewhere, create, onRefused: (error) => refused.push(error) });
    for (let batch = 0; batch < 3; batch++) writer.append(notes("lost"));
    await writer.close();
    assert.equal(refused.length, 1);
    assert.equal(writer.problem?.code, "trace-enospc");
    assert.match(refused[0]!.message, /disk is full/);
    assert.match(refused[0]!.action ?? "", /Free some space, or name another folder/);
  });

  it("loses nothing of what was refused for a while", async () => {
    const file = path.join(folder, "a.thoughts.jsonl");
    let tries = 0;
    const create = (name: string, text: string) =>
      ++tries < 3 ? Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" })) : LineFile.create(name, text);
    let told = 0;
    const writer = new TraceWriter(file, { elsewhere, create, onRefused: () => told++ });
    for (const message of ["1", "2", "3", "4"]) writer.append(notes(message));
    await writer.close();
    assert.equal(told, 1);
    assert.equal(writer.problem, undefined);
    assert.deepEqual(await eventsIn(file), notes("1", "2", "3", "4"));
  });

  it("writes a trace whose folder was deleted meanwhile anew, as a whole, and says so", async () => {
    const file = path.join(folder, "traces", "a.thoughts.jsonl");
    const restored: string[] = [];
    const writer = new TraceWriter(file, {
      elsewhere,
      onRefused: assert.fail,
      onRestored: (name) => restored.push(name),
    });
    writer.append(notes("1"));
    await written(() => eventsIn(file), 1);
    await rm(path.dirname(file), { recursive: true });
    writer.append(notes("2"));
    writer.append(notes("3"));
    await writer.close();
    assert.deepEqual(restored, [file]);
    assert.deepEqual(await eventsIn(file), notes("1", "2", "3"));
  });

  it("leaves a file alone that somebody put in the place of the trace", async () => {
    const file = path.join(folder, "a.thoughts.jsonl");
    const refused: ActionableError[] = [];
    const writer = new TraceWriter(file, { elsewhere, onRefused: (error) => refused.push(error) });
    writer.append(notes("1"));
    await written(() => eventsIn(file), 1);
    await rm(file);
    await writeFile(file, "mine");
    writer.append(notes("2"));
    await writer.close();
    assert.equal(refused[0]?.code, "trace-eexist");
    assert.equal(await readFile(file, "utf8"), "mine");
  });

  it("adds to a trace that is over, behind a line that was cut, and never to one that is gone", async () => {
    const file = path.join(folder, "a.thoughts.jsonl");
    await mkdir(folder, { recursive: true });
    await writeFile(file, `${JSON.stringify(note("1"))}\n{"t":"no`);
    await appendToTrace(file, note("2"));
    assert.deepEqual(await eventsIn(file), notes("1", "2"));
    await rm(file);
    await assert.rejects(appendToTrace(file, note("3")), { code: "ENOENT" });
  });
});

/** Resolves once a file can be read that has so many events. */
async function written(read: () => Promise<readonly unknown[]>, count: number): Promise<void> {
  for (;;) {
    const events = await read().catch(() => []);
    if (events.length === count) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
