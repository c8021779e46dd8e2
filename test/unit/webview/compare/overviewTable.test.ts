import assert from "node:assert/strict";
import type { FromPanel } from "../../../../src/core/protocol/panelApi";
import type { TraceEvent } from "../../../../src/core/trace/trace";
import { Panel } from "../../../../webview/shell/panel";
import * as samples from "../../samples/sampleTraces";
import { withDocument } from "../dom";
import { frame } from "../panelState";

const texts = (selector: string): string[] => [...document.querySelectorAll(selector)].map((node) => node.textContent);

function click(selector: string, text: string | RegExp): void {
  const found = [...document.querySelectorAll<HTMLElement>(selector)].find(({ textContent, ariaLabel }) =>
    [textContent, ariaLabel ?? ""].some((each) => (typeof text === "string" ? each === text : text.test(each))),
  );
  assert.ok(found, `${selector}: ${text}`);
  found.click();
}

describe("the overview atop the comparison", () => {
  withDocument();

  let sent: FromPanel[];
  let kept: unknown;

  async function show(...traces: [string, TraceEvent[], boolean?][]): Promise<Panel> {
    document.body.replaceChildren();
    sent = [];
    const panel = new Panel({
      post: (message) => void sent.push(message),
      readState: () => kept,
      writeState: (state) => void (kept = structuredClone(state)),
    });
    document.body.append(panel.element);
    panel.receive({
      type: "show",
      title: "t",
      traces: traces.map(([run, events, live]) => ({ run, events, live: live ?? false })),
    });
    await frame();
    return panel;
  }

  beforeEach(() => (kept = undefined));

  const three: [string, TraceEvent[]][] = [
    ["cot", samples.chainOfThought()],
    ["deer", samples.deer()],
    ["draft", samples.chainOfDraft()],
  ];
  const names = (): string[] => texts(".overview tbody .link");
  const savings = (): string[] => texts(".overview td.of-saving");

  it("has a row a trace with its answer, verdict, tokens, time and saving", async () => {
    await show(...three);
    assert.deepEqual(names(), ["Chain of Thought", "DEER", "Chain of Draft"]);
    assert.deepEqual(texts(".overview thead .wide"), [
      "strategy",
      "answer",
      "verdict",
      "tokens",
      "time",
      "saving",
      "exit",
      "peak",
    ]);
    assert.deepEqual(texts(".overview td.of-answer"), ["42", "42", "42"]);
    assert.deepEqual(texts(".overview td.of-verdict"), ["✓ right", "✓ right", "✓ right"]);
    assert.match(savings()[1]!, /^−\d+ % tokens, [−+]\d+ % time$/);
    assert.equal(document.querySelectorAll('.overview td.of-tokens svg[role="img"]').length, 3);
  });

  it("is sorted by a press on the name of a column: up, down, and as the columns stand", async () => {
    await show(...three);
    const order = (): [string, string][] => [
      [names().join(), document.querySelector(".overview th.of-tokens")!.getAttribute("aria-sort")!],
    ];
    click(".sort", "tokens");
    assert.deepEqual(order(), [["Chain of Draft,DEER,Chain of Thought", "ascending"]]);
    click(".sort", "tokens");
    assert.deepEqual(order(), [["Chain of Thought,DEER,Chain of Draft", "descending"]]);
    click(".sort", "tokens");
    assert.deepEqual(order(), [["Chain of Thought,DEER,Chain of Draft", "none"]]);
    assert.equal(document.querySelectorAll(".overview th[aria-sort]").length, 8);
  });

  it("keeps the focus on what was pressed, and leaves the columns where they are", async () => {
    await show(...three);
    const head = [...document.querySelectorAll<HTMLElement>(".sort")].find((each) => each.textContent === "saving")!;
    head.focus();
    head.click();
    assert.equal(document.activeElement, head);
    assert.deepEqual(texts(".column-title .strategy"), ["Chain of Thought", "DEER", "Chain of Draft"]);
  });

  it("takes any trace as the baseline, whose column then stands first, also after a reload", async () => {
    await show(...three);
    click(".pin", "Count savings against DEER");
    const check = (): void => {
      assert.deepEqual(texts(".column-title .strategy"), ["DEER", "Chain of Thought", "Chain of Draft"]);
      assert.deepEqual(savings()[0], "baseline");
      assert.match(savings()[1]!, /^\+\d+ % tokens/);
      assert.deepEqual(
        [...document.querySelectorAll(".pin")].map((pin) => pin.getAttribute("aria-pressed")),
        ["true", "false", "false"],
      );
    };
    check();
    await show(...three);
    check();
    click(".pin", "Count savings against DEER");
    assert.deepEqual(texts(".column-title .strategy"), ["Chain of Thought", "DEER", "Chain of Draft"]);
  });

  it("keeps its order over a reload, and forgets one that is no order", async () => {
    await show(...three);
    click(".sort", "strategy");
    await show(...three);
    assert.deepEqual(names(), ["Chain of Draft", "Chain of Thought", "DEER"]);
    kept = { order: { column: "constructor", descending: 1 }, pinned: 7 };
    await show(...three);
    assert.deepEqual(names(), ["Chain of Thought", "DEER", "Chain of Draft"]);
  });

  it("goes to the column of a trace", async () => {
    await show(...three);
    click(".overview .link", "Chain of Draft");
    assert.equal(document.activeElement?.getAttribute("data-column"), "2");
  });

  it("says how far runs are, and leaves what has the focus alone while they go on", async () => {
    const events = samples.deer();
    const panel = await show(
      ["cot", samples.chainOfThought()],
      ["deer", events.slice(0, 9), true],
      ["draft", [], true],
    );
    assert.deepEqual(texts(".overview .state"), ["running", "waiting"]);
    assert.deepEqual(savings(), ["baseline", "–", "–"]);
    const pin = document.querySelectorAll<HTMLElement>(".pin")[1]!;
    pin.focus();
    panel.receive({ type: "events", run: "deer", events: events.slice(9), live: false });
    panel.receive({ type: "events", run: "draft", events: [], live: false });
    await frame();
    assert.equal(document.activeElement, pin);
    assert.match(savings()[1]!, /^−\d+ %/);
    // It was refused before it began: nothing is waited for.
    assert.deepEqual(texts(".overview .state"), ["failed"]);
    assert.equal(names()[2], "Never began");
    assert.deepEqual(texts(".column-title .strategy"), names());
  });

  it("is copied as a table of Markdown", async () => {
    await show(...three);
    click("button", "Copy as Markdown");
    const copied = sent.at(-1);
    assert.ok(copied?.type === "copy");
    assert.match(
      copied.text,
      /^\| strategy \| answer \| verdict \| tokens \|.*\n\| --- .*\n\| Chain of Thought \| 42 \| ✓ right \|/,
    );
  });

  it("lets no text of a trace become markup", async () => {
    await show(["hostile", samples.hostile()], ["cot", samples.chainOfThought()]);
    assert.equal(document.querySelectorAll("img, script").length, 0);
    const text = document.querySelector(".overview")!.textContent;
    for (const unsafe of ["\u202e", "\u001b", "\u200b"]) assert.ok(!text.includes(unsafe));
  });
});

describe("the controls of the comparison", () => {
  withDocument();

  async function show(): Promise<FromPanel[]> {
    const sent: FromPanel[] = [];
    const panel = new Panel({
      post: (message) => void sent.push(message),
      readState: () => undefined,
      writeState: () => undefined,
    });
    document.body.append(panel.element);
    panel.receive({
      type: "show",
      title: "t",
      traces: [{ run: "cot", events: samples.chainOfThought(), live: false }],
    });
    await frame();
    return sent;
  }

  it("copy a link to the first step where none was chosen", async () => {
    const sent = await show();
    click("button", "Copy link");
    assert.deepEqual(sent.at(-1), { type: "link", run: "cot", at: 0 });
  });

  it("unfold the figures and the prompt of all columns", async () => {
    await show();
    const row = document.querySelector(".figures-row")!;
    assert.ok(row.classList.contains("folded"));
    click("button", "Figures and prompt");
    assert.ok(!row.classList.contains("folded"));
    assert.equal(document.querySelector(".turn-figures")!.getAttribute("aria-expanded"), "true");
  });

  it("open what does not fit into their row, and close it by Escape", async () => {
    await show();
    const more = document.querySelector<HTMLElement>(".bar-more")!;
    more.click();
    assert.equal(more.getAttribute("aria-expanded"), "true");
    const { KeyboardEvent } = window as unknown as typeof globalThis;
    document
      .querySelector(".bar-menu button")!
      .dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    assert.equal(more.getAttribute("aria-expanded"), "false");
    assert.equal(document.activeElement, more);
  });
});
