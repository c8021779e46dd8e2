import assert from "node:assert/strict";
import type { DetailsOf } from "../../../src/core/protocol/runsApi";
import { RunDetailsQueue } from "../../../src/editor/store/runDetailsQueue";
import type { RecordedRun } from "../../../src/editor/store/recordedRun";
import * as samples from "../samples/sampleTraces";

const runOf = (id: string, live = false): RecordedRun => ({
  ...{ id, file: undefined, exit: undefined, end: undefined, live },
  header: {
    ...{ t: "run", v: 1, id, strategy: "deer", options: {}, model: { id: "base" }, prompt: {}, messages: [] },
    started: "",
  },
});

describe("details of runs that a person looks at", () => {
  let read: string[];
  let told: DetailsOf[];
  let queue: RunDetailsQueue;
  beforeEach(() => {
    [read, told] = [[], []];
    queue = new RunDetailsQueue(
      async (run) => {
        read.push(run);
        if (run === "broken") throw new Error("no such file");
        return samples.deer(run);
      },
      (of) => told.push(...of),
    );
  });
  afterEach(() => queue.dispose());

  async function settled(count: number): Promise<void> {
    for (const deadline = Date.now() + 8000; told.length < count && Date.now() < deadline;)
      await new Promise((resolve) => setTimeout(resolve, 5));
  }

  it("are read once, in the order in which they are wanted", async () => {
    const runs = ["a", "b"].map((id) => runOf(id));
    queue.want(runs);
    await settled(2);
    assert.deepEqual(
      told.map(({ run }) => run),
      ["a", "b"],
    );
    assert.ok(told[0]!.details!.tokens > 0);
    queue.want(runs);
    await settled(4);
    assert.deepEqual([read, told.length], [["a", "b"], 4]);
  });

  it("are read again once the run has changed", async () => {
    queue.want([runOf("a")]);
    await settled(1);
    queue.want([runOf("a")]);
    await settled(2);
    assert.deepEqual(read, ["a", "a"]);
  });

  it("are wanted no more by one who has scrolled on", async () => {
    queue.want(Array.from({ length: 500 }, (_, at) => runOf(`early-${at}`)));
    queue.want([runOf("late")]);
    await settled(2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(read.length <= 2, `${read.length} were read`);
    assert.ok(told.some(({ run }) => run === "late"));
  });

  it("of a trace that cannot be read are a sentence, and the next is read all the same", async () => {
    queue.want([runOf("broken"), runOf("a")]);
    await settled(2);
    assert.deepEqual(told[0], { run: "broken", problem: "The trace cannot be read." });
    assert.ok(told[1]!.details);
  });

  it("are not read of a run that goes on", async () => {
    queue.want([runOf("live", true), runOf("a")]);
    await settled(1);
    assert.deepEqual(read, ["a"]);
  });
});
