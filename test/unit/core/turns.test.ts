import assert from "node:assert/strict";
import { Turns } from "../../../src/core/protocol/turns";

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

  /** What `share` and `take` do, in order: each beginning and end takes a while. */
  function followed() {
    const turns = new Turns();
    const order: string[] = [];
    const stage = (name: string) => async () => {
      order.push(name);
      await new Promise((resolve) => setImmediate(resolve));
    };
    const share = (kind: string, name: string, signal = never()) =>
      turns.share(kind, stage(`${name} opens`), stage(`${name} runs`), signal);
    const take = (name: string) => turns.take(stage(`${name} alone`), never());
    return { order, share, take, turns, stage };
  }

  it("are shared by things of one kind, whose beginnings wait for each other", async () => {
    const { order, share, turns } = followed();
    let end!: () => void;
    const long = turns.share(
      "model a",
      async () => order.push("0 opens"),
      () => new Promise<void>((resolve) => (end = resolve)),
      never(),
    );
    await Promise.all([share("model a", "1"), share("model a", "2")]);
    assert.deepEqual(
      order.filter((stage) => stage.endsWith("opens")),
      ["0 opens", "1 opens", "2 opens"],
    );
    end();
    await long;
  });

  it("are not shared with another kind, nor with what wants a turn to itself", async () => {
    const { order, share, take } = followed();
    await Promise.all([share("a", "1"), share("b", "2"), take("3"), share("b", "4")]);
    assert.deepEqual(order, ["1 opens", "1 runs", "2 opens", "2 runs", "3 alone", "4 opens", "4 runs"]);
  });

  it("go on where one of those that share them fails, or leaves while it waits", async () => {
    const { order, share, take, turns, stage } = followed();
    const failed = turns.share("a", () => Promise.reject(new Error("no")), stage("1 runs"), never());
    const controller = new AbortController();
    const left = share("a", "2", controller.signal);
    controller.abort();
    const good = share("a", "3");
    await assert.rejects(failed, /no/);
    await assert.rejects(left, { code: "cancelled" });
    await Promise.all([good, take("4")]);
    assert.deepEqual(order, ["3 opens", "3 runs", "4 alone"]);
  });
});
