/** Kept runs: made once, read again, and made anew where what is kept is not whole or another thing was asked. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { KeptTraces } from "../../../bench/keptTraces";
import type { RunRequest } from "../../../src/core/protocol/engineApi";
import type { TraceEvent } from "../../../src/core/trace/trace";

const request = (question: string, options = {}): RunRequest => ({
  id: Math.random().toString(36),
  model: { kind: "folder", path: "somewhere" },
  strategy: "deer",
  options,
  seed: 0,
  messages: [{ role: "user", content: question }],
});

describe("runs kept as trace files", () => {
  let folder: string;
  let made: string[];
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-kept-"));
    made = [];
  });
  afterEach(() => rm(folder, { recursive: true }));

  const run = ({ id, messages }: RunRequest): Promise<TraceEvent[]> => {
    made.push(messages[0]!.content);
    const model = { id: "m", provider: "cpu", threads: 1 };
    return Promise.resolve([
      {
        t: "run",
        v: 1,
        id,
        strategy: "deer",
        options: {},
        model,
        prompt: {},
        messages,
        seed: 0,
        started: "2026-01-01",
      },
      { t: "tokens", at: 0, kind: "text", text: ["4", "2"] },
      { t: "end", answer: "42" },
    ] as TraceEvent[]);
  };
  const kept = () => new KeptTraces(folder).through(run);

  it("are read where the same was asked, whatever the run is called", async () => {
    const first = await kept()(request("a"));
    assert.deepEqual(await kept()(request("a")), first);
    assert.deepEqual(made, ["a"]);
  });

  it("are made anew for another question and for other options", async () => {
    await kept()(request("a"));
    await kept()(request("b"));
    await kept()(request("a", { threshold: 0.5 }));
    assert.deepEqual(made, ["a", "b", "a"]);
  });

  it("are made anew where the file was cut", async () => {
    await kept()(request("a"));
    const [name] = await readdir(folder);
    const file = path.join(folder, name!);
    const text = await readFile(file, "utf8");
    await writeFile(file, text.slice(0, text.lastIndexOf("{")));
    await kept()(request("a"));
    assert.deepEqual(made, ["a", "a"]);
    assert.equal(JSON.parse((await readFile(file, "utf8")).trim().split("\n").at(-1)!).t, "end");
  });

  it("are not there for a run that failed", async () => {
    const failing = new KeptTraces(folder).through(() => Promise.reject(new Error("no such strategy")));
    await assert.rejects(failing(request("a")), /no such strategy/);
    assert.deepEqual(await readdir(folder), []);
  });
});
