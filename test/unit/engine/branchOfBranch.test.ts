/** A run goes on from inside a branch as that branch did itself, whatever a person had done in it: set text, stopped it, chosen again. */
import assert from "node:assert/strict";
import path from "node:path";
import { stepsOf } from "../../../src/core/measure/branchPlaces";
import { textBefore } from "../../../src/core/measure/branchText";
import type { BranchRequest } from "../../../src/core/protocol/engineApi";
import { traceEvent } from "../../../src/core/trace/trace";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import type { LanguageModel } from "../../../src/engine/decoding/model";
import { placesIn, recordBranch, recordRun, standing, type Recorded } from "./branchedRuns";
import { ServerBench } from "./serverBench";

type Request = Partial<BranchRequest> & Pick<BranchRequest, "at" | "kind">;

const facts = ({ trace }: Recorded) => [trace.exit?.why, trace.end?.answer, trace.header?.seed];

/** What a person does in the second step of a run. */
const DONE: [what: string, request: (of: Recorded) => Request][] = [
  ["has another number", (of) => ({ ...edited(of, (text) => text.replace(/\d+(?=\D*$)/, "85")), kind: "continue" })],
  [
    "has a sentence more",
    (of) => ({ ...edited(of, (text) => `${text}Then she finds 1 more book.\n`), kind: "continue" }),
  ],
  ["lost its first words", (of) => ({ ...edited(of, (text) => text.slice(14)), kind: "continue" })],
  ["closes thinking", (of) => ({ ...edited(of, (text) => `${text}</think>\n\n`), kind: "continue" })],
  ["has another token", (of) => ({ at: second(of), kind: "token", token: " 5" })],
  ["is where thinking was stopped", (of) => ({ at: second(of), kind: "answer" })],
  ["is sampled again", (of) => ({ at: second(of), kind: "sample", options: { temperature: 1.2 } })],
  ["is sampled again by a seed", (of) => ({ at: second(of), kind: "sample", seed: 11, options: { temperature: 1.2 } })],
];

/** Of each kind one, for the other strategies: text is set, thinking is stopped, the model chooses again. */
const SOME = DONE.filter((_, index) => [0, 5, 7].includes(index));

const second = ({ trace }: Recorded): number => stepsOf(trace)[1]?.from ?? Math.floor(trace.positions.length / 3);

function edited(of: Recorded, change: (text: string) => string): Pick<Request, "at" | "text"> {
  const at = stepsOf(of.trace)[1]?.to ?? second(of);
  return { at, text: change(textBefore(of.trace, at)) };
}

describe("a run that goes on from inside a branch", function () {
  this.timeout(60_000);
  let pocket: LanguageModel;
  before(async () => {
    pocket = await loadOnnxModel(path.resolve("models/pocket/base"), { threads: 1 });
  });
  after(() => pocket.dispose());

  for (const strategy of ["chain-of-thought", "deer", "budget", "inftythink", "chain-of-draft"])
    for (const [what, request] of strategy === "chain-of-thought" ? DONE : SOME)
      it(`has its rest where a step ${what}: ${strategy}`, async () => {
        const options = {
          maxTokens: 100,
          checkAt: "line",
          maxChecks: 3,
          ...(strategy === "budget" ? { tokens: 90 } : {}),
        };
        const parent = await recordRun(pocket, strategy, { options });
        const branch = await recordBranch(pocket, parent.events, request(parent));
        // Before it was stopped, or anything was set, a thought goes on by itself.
        const { exit, sets } = branch.trace;
        const from = Math.max(exit?.why === "stopped" ? exit.at + 1 : 0, ...sets.map((set) => set.to));
        const places = placesIn(branch, 40).filter((place) => place >= from);
        assert.ok(places.length > 3);
        for (const at of [places[0]!, places[places.length >> 1]!, places.at(-1)!]) {
          const child = await recordBranch(pocket, branch.events, { at, kind: "continue" });
          assert.deepEqual(standing(child), standing(branch), `at ${at}`);
          assert.deepEqual(facts(child), facts(branch), `at ${at}`);
        }
        const child = await recordBranch(pocket, branch.events, { at: places[1]!, kind: "continue" });
        // What was taken back is not in a branch: its axis is shorter.
        const last = placesIn(child, 12).at(-1)!;
        const grandchild = await recordBranch(pocket, child.events, { at: last, kind: "continue" });
        assert.deepEqual(standing(grandchild), standing(branch), `at ${places[1]}, then ${last}`);
      });

  it("has told what a person set, and tells it on where the run is kept", async () => {
    const parent = await recordRun(pocket, "chain-of-thought", { options: { maxTokens: 140 } });
    const branch = await recordBranch(pocket, parent.events, DONE[0]![1](parent));
    for (const event of branch.events) traceEvent.parse(event);
    const [set] = branch.trace.sets;
    assert.equal(set!.from, branch.trace.fork);
    const text = branch.trace.positions.slice(set!.from, set!.to).map((each) => each.text);
    assert.match(text.join(""), /85/);
    const at = set!.to + 4;
    const child = await recordBranch(pocket, branch.events, { at, kind: "continue" });
    assert.deepEqual([child.trace.fork, child.trace.sets], [at, branch.trace.sets]);
    const inside = await recordBranch(pocket, branch.events, { at: set!.to - 1, kind: "continue" });
    assert.deepEqual(inside.trace.sets, [{ ...set, to: set!.to - 1 }]);
    const anew = await recordBranch(pocket, branch.events, {
      ...{ at, kind: "continue" },
      text: textBefore(branch.trace, at).replace("85", "86"),
    });
    assert.deepEqual(
      [anew.trace.fork, anew.trace.sets.length],
      [set!.from + text.findIndex((each) => each.includes("5")), 1],
    );
  });

  it("goes on behind a thought that was caught in a loop and stopped", async () => {
    const tiny = await loadOnnxModel(path.resolve("test/fixtures/models/tiny"), { threads: 1 });
    const options = { maxTokens: 300, loops: "stop" };
    const parent = await recordRun(tiny, "chain-of-thought", { options });
    assert.equal(parent.trace.exit!.why, "repetition");
    for (const at of placesIn(parent, 6)) {
      const child = await recordBranch(tiny, parent.events, { at, kind: "continue" });
      assert.deepEqual([standing(child), facts(child)], [standing(parent), facts(parent)], `at ${at}`);
    }
    await tiny.dispose();
  });

  it("goes on so on a server", async () => {
    const bench = await ServerBench.open();
    const server = await bench.connect("llama.cpp");
    const parent = await recordRun(server, "chain-of-thought", { options: { maxTokens: 24 } });
    const text = `${textBefore(parent.trace, 8)} or so `;
    const branch = await recordBranch(server, parent.events, { at: 8, kind: "continue", text });
    for (const at of [9, 12]) {
      const child = await recordBranch(server, branch.events, { at, kind: "continue" });
      assert.deepEqual(standing(child), standing(branch), `at ${at}`);
    }
    bench.server.close();
    await bench.model.dispose();
  });
});
