import assert from "node:assert/strict";
import { COLUMN_NAMES, COMPARISON_COLUMNS } from "../../../../src/core/measure/comparison";
import { GLOSSARY } from "../../../../src/core/measure/glossary";
import { COUNTED_KINDS } from "../../../../src/core/trace/kinds";
import { Panel } from "../../../../webview/shell/panel";
import * as samples from "../../samples/sampleTraces";
import { withDocument } from "../dom";
import { frame } from "../panelState";

describe("the glossary", () => {
  it("says in one sentence what each term means", () => {
    for (const [term, sentence] of Object.entries(GLOSSARY)) {
      assert.match(sentence, /^[A-Z][^]{20,160}\.$/, term);
      // It stands in a table of Markdown, and as the tip of a link.
      assert.doesNotMatch(sentence, /["|\\]/, term);
      assert.doesNotMatch(sentence, /\.\s/, `${term} is more than one sentence`);
    }
  });

  it("knows every column of a comparison and every kind of token", () => {
    const named: string[] = [...COLUMN_NAMES.map((name) => COMPARISON_COLUMNS[name].title), ...COUNTED_KINDS];
    for (const name of named) assert.ok(Object.hasOwn(GLOSSARY, name), name);
  });
});

describe("the names of figures in the panel", () => {
  withDocument();

  beforeEach(async () => {
    const panel = new Panel({ post: () => undefined, readState: () => undefined, writeState: () => undefined });
    document.body.append(panel.element);
    const traces = [samples.chainOfThought(), samples.deer()].map((events, index) => ({
      run: `run-${index}`,
      events,
      live: false,
    }));
    panel.receive({ type: "show", title: "t", traces });
    await frame();
  });

  const tip = (): HTMLElement => document.querySelector(".term-tip")!;

  it("say what they mean on hover and on focus, until Escape or until it is left", () => {
    const { Event, KeyboardEvent } = window as unknown as typeof globalThis;
    const sort = document.querySelector<HTMLElement>('.sort[data-term="saving"]')!;
    assert.equal(tip().hidden, true);
    sort.dispatchEvent(new Event("pointerover", { bubbles: true }));
    assert.deepEqual([tip().hidden, tip().textContent], [false, GLOSSARY.saving]);
    document.querySelector("h1")!.dispatchEvent(new Event("pointerover", { bubbles: true }));
    assert.equal(tip().hidden, true);
    sort.focus();
    assert.equal(tip().hidden, false);
    sort.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    assert.equal(tip().hidden, true);
  });

  it("can all have the focus, and tell screen readers the same", () => {
    const named = [...document.querySelectorAll<HTMLElement>("[data-term]")];
    assert.ok(named.length > 20);
    for (const each of named) {
      assert.equal(each.tabIndex, 0, each.textContent);
      assert.equal(each.getAttribute("aria-description"), GLOSSARY[each.dataset["term"] as keyof typeof GLOSSARY]);
    }
  });

  it("are explained at the heads of the tables of pictures too", async () => {
    [...document.querySelectorAll<HTMLElement>('[role="tab"]')].find((tab) => tab.textContent === "Memory")!.click();
    await frame();
    const details = document.querySelector<HTMLDetailsElement>(".figure-frame details")!;
    const { Event } = window as unknown as typeof globalThis;
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
    const heads = [...details.querySelectorAll("th")].filter((head) => head.querySelector("[data-term]"));
    assert.deepEqual(
      heads.map(({ textContent }) => textContent),
      ["prompt rows", "peak rows", "rows at the end", "dependency", "tokens"],
    );
  });

  it("are all explained: in the heads of the overview, and in the figures of a column", () => {
    const heads = [
      ...document.querySelectorAll(".overview thead .sort"),
      ...document.querySelectorAll(".figure dt > *"),
    ];
    for (const head of heads) assert.ok((head as HTMLElement).dataset["term"], head.textContent);
  });
});
