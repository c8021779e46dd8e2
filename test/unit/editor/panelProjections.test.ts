import assert from "node:assert/strict";
import type { ToPanel } from "../../../src/core/protocol/panelApi";
import { ActionableError } from "../../../src/core/protocol/rpc";
import type { EventOf } from "../../../src/core/trace/trace";
import { PanelProjections, type Project } from "../../../src/editor/panels/panelProjections";

const EVENT: EventOf<"projection"> = {
  t: "projection",
  of: "latent",
  method: "umap",
  points: [[1, 2]],
  words: [],
  nearest: [[]],
};
const order = (run = "run"): Parameters<Project>[1] => ({
  run,
  strategy: "coconut",
  of: "latent",
  method: "umap",
  vectors: ["AAAA"],
});

/** A projection that goes on until it is let go, and ends at once when it is cancelled. */
function held() {
  const waiting: { give: () => void; fail: (error: Error) => void }[] = [];
  const project: Project = (_model, _order, onProgress, signal) =>
    new Promise((resolve, reject) => {
      onProgress({ message: "Finding neighbours", fraction: 0.1 });
      signal.addEventListener("abort", () => reject(new ActionableError("cancelled", "Cancelled.")));
      waiting.push({ give: () => resolve(EVENT), fail: reject });
    });
  const posted: ToPanel[] = [];
  return { waiting, posted, projections: new PanelProjections((message) => posted.push(message), project) };
}

const PROGRESS = { message: "Finding neighbours", fraction: 0.1 };
const told = (rest: object) => ({ type: "projecting", run: "run", of: "latent", ...rest });
const given = { type: "events", run: "run", events: [EVENT], live: false };

describe("projections for a page", () => {
  it("tell how far they are, then give the picture, and give it again to a page that is filled anew", async () => {
    const { waiting, posted, projections } = held();
    const running = projections.start("pocket:coconut", order());
    waiting[0]!.give();
    await running;
    assert.deepEqual(posted, [told({ progress: PROGRESS }), given, told({})]);
    assert.deepEqual(projections.again(["run", "other"]), [given]);
    assert.deepEqual(projections.again(["other"]), []);
  });

  it("say nothing but that they are over when they are cancelled", async () => {
    const { posted, projections } = held();
    const running = projections.start("pocket:coconut", order());
    projections.stop("run", "latent");
    await running;
    assert.deepEqual(posted, [told({ progress: PROGRESS }), told({})]);
    assert.deepEqual(projections.again(["run"]), []);
  });

  it("give way to a later one of the same thoughts, and leave those of other runs alone", async () => {
    const { waiting, posted, projections } = held();
    const first = projections.start("m", order());
    const other = projections.start("m", order("other"));
    const second = projections.start("m", order());
    await first;
    assert.deepEqual(posted.at(-1), told({ progress: PROGRESS }), "the first has no word any more");
    waiting[1]!.give();
    waiting[2]!.give();
    await Promise.all([other, second]);
    assert.equal(posted.filter(({ type }) => type === "events").length, 2);
  });

  it("say what went wrong and what helps", async () => {
    const { waiting, posted, projections } = held();
    const running = projections.start("m", order());
    waiting[0]!.fail(new ActionableError("model-other", "Another model made this trace.", "Choose that model."));
    await running;
    const action = { title: "Choose Model…", command: "pick-model" };
    assert.deepEqual(
      posted.at(-1),
      told({ failure: { message: "Another model made this trace. Choose that model.", action } }),
    );
  });

  it("end with the page", async () => {
    const { posted, projections } = held();
    const running = projections.start("m", order());
    projections.dispose();
    await running;
    assert.equal(posted.filter(({ type }) => type === "events").length, 0);
  });
});
