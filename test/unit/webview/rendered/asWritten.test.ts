import assert from "node:assert/strict";
import { Panel } from "../../../../webview/shell/panel";
import * as samples from "../../samples/sampleTraces";
import { withDocument } from "../dom";
import { frame } from "../panelState";

const WRITTEN = samples
  .mathematics()
  .flatMap((event) => (event.t === "tokens" ? event.text : []))
  .join("");

describe("text rendered and as written", () => {
  withDocument();
  let kept: unknown;

  async function open(state?: unknown): Promise<Panel> {
    kept = state;
    const writeState = (value: unknown): void => void (kept = structuredClone(value));
    const panel = new Panel({ post: () => undefined, readState: () => kept, writeState });
    document.body.replaceChildren(panel.element);
    panel.receive({ type: "show", title: "t", traces: [{ run: "m", events: samples.mathematics(), live: false }] });
    await frame();
    return panel;
  }

  const rendered = (): boolean[] =>
    [...document.querySelectorAll(".block-text")].map((text) => text.classList.contains("rendered"));
  const text = (): string => [...document.querySelectorAll(".block-text")].map((each) => each.textContent).join("");

  function press(key: string): void {
    const cell = document.querySelector<HTMLElement>('.cell[tabindex="0"]')!;
    cell.focus();
    const { KeyboardEvent } = window as unknown as typeof globalThis;
    cell.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  }

  it("renders the steps and answers that have something to render", async () => {
    await open();
    assert.deepEqual(rendered(), [true, true, true, false, true]);
    assert.ok(document.querySelector(".final-answer mfrac"));
    assert.ok(document.querySelector(".exit-mark"));
  });

  it("shows all as written by a key, a button and the palette, each also back", async () => {
    const panel = await open();
    const button = [...document.querySelectorAll("button")].find((each) => each.textContent === "As written")!;
    const ways = [() => press("R"), () => button.click(), () => panel.receive({ type: "toggle-written" })];
    for (const toggle of ways) {
      toggle();
      assert.equal(text(), WRITTEN);
      assert.equal(button.getAttribute("aria-pressed"), "true");
      assert.equal(document.querySelector(".final-answer")!.textContent, "\\frac{1}{3}");
      toggle();
      assert.deepEqual(rendered(), [true, true, true, false, true]);
    }
  });

  it("shows one step the other way by a key and by its button", async () => {
    await open();
    press("r");
    assert.deepEqual(rendered(), [false, true, true, false, true]);
    press("r");
    document.querySelectorAll<HTMLElement>(".turn")[1]!.click();
    assert.deepEqual(rendered(), [true, false, true, false, true]);
  });

  it("keeps both over a reload", async () => {
    await open();
    press("R");
    press("r");
    await open(kept);
    assert.deepEqual(rendered(), [true, false, false, false, false]);
  });

  it("renders a step when it is written, not before", async () => {
    const panel = await open();
    const events = samples.mathematics();
    const half = events.findIndex((event) => event.t === "span");
    panel.receive({ type: "show", title: "t", traces: [{ run: "m", events: events.slice(0, half), live: true }] });
    await frame();
    assert.deepEqual(rendered(), [false]);
    panel.receive({ type: "events", run: "m", events: events.slice(half), live: false });
    await frame();
    assert.deepEqual(rendered(), [true, true, true, false, true]);
  });

  it("finds what stands in a formula", async () => {
    await open();
    const field = document.querySelector<HTMLInputElement>(".search input")!;
    field.value = "frac{x^3}";
    const { Event } = window as unknown as typeof globalThis;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    assert.equal(document.querySelectorAll(".formula-box.hit.current").length, 1);
  });

  it("goes to a position in a formula", async () => {
    const panel = await open();
    const at = Number(document.querySelector<HTMLElement>(".rendered .formula-box")!.dataset["at"]);
    panel.receive({ type: "reveal", run: "m", at });
    assert.ok(document.querySelector(".rendered .formula-box.revealed"));
  });
});
