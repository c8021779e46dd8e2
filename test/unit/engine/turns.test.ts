import assert from "node:assert/strict";
import { Turns } from "../../../src/engine/runs/turns";

const never = () => new AbortController().signal;

describe("turns", () => {
  it("run one at a time in the order asked for, also after one that failed", async () => {
    const turns = new Turns();
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} ends`);
    };
    const first = turns.take(work("a"), never());
    const failed = turns.take(() => Promise.reject(new Error("no")), never());
    const last = turns.take(work("b"), never());
    await assert.rejects(failed, /no/);
    await Promise.all([first, last]);
    assert.deepEqual(order, ["a begins", "a ends", "b begins", "b ends"]);
  });

  it("let go of who cancels while waiting, without waiting for those before", async () => {
    const turns = new Turns();
    let finish: (() => void) | undefined;
    const busy = turns.take(() => new Promise<void>((resolve) => (finish = resolve)), never());
    const controller = new AbortController();
    let began = false;
    const waiting = turns.take(async () => (began = true), controller.signal);
    controller.abort();
    await assert.rejects(waiting, { code: "cancelled" });
    const next = turns.take(async () => "next", never());
    finish!();
    await busy;
    assert.equal(await next, "next");
    assert.equal(began, false);
  });

  it("leave it to the work what a cancel means once it has begun", async () => {
    const turns = new Turns();
    const controller = new AbortController();
    const running = turns.take(async () => {
      controller.abort();
      return "done all the same";
    }, controller.signal);
    assert.equal(await running, "done all the same");
  });
});
