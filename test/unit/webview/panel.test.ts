import assert from "node:assert/strict";
import type { FromPanel } from "../../../src/core/protocol/panelApi";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { LARGEST_DROP } from "../../../webview/parts/fileDrop";
import type { Host } from "../../../webview/parts/host";
import { Panel } from "../../../webview/shell/panel";
import { withDocument } from "./dom";
import { frame } from "./panelState";
import * as samples from "../samples/sampleTraces";

interface Opened {
  panel: Panel;
  sent: FromPanel[];
  kept: () => unknown;
}

function open(kept?: unknown): Opened {
  const sent: FromPanel[] = [];
  let state = kept;
  const host: Host = {
    post: (message) => void sent.push(message),
    readState: () => state,
    writeState: (value) => void (state = structuredClone(value)),
  };
  const panel = new Panel(host);
  document.body.append(panel.element);
  return { panel, sent, kept: () => state };
}

async function show(opened: Opened, ...traces: [string, TraceEvent[], boolean?][]): Promise<void> {
  opened.panel.receive({
    type: "show",
    title: "Apples",
    traces: traces.map(([run, events, live]) => ({ run, events, live: live ?? false })),
  });
  await frame();
}

const texts = (selector: string): string[] => [...document.querySelectorAll(selector)].map((node) => node.textContent);

function press(key: string): void {
  const target = document.activeElement ?? document.body;
  target.dispatchEvent(
    new (window as unknown as typeof globalThis).KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
  );
}

describe("the panel", () => {
  withDocument();

  it("shows a column a trace, with its answer and whether it is right", async () => {
    await show(open(), ["cot", samples.chainOfThought()], ["budget", samples.cutByBudget()]);
    assert.deepEqual(texts(".strategy"), ["Chain of Thought", "Budget"]);
    assert.deepEqual(texts(".final-answer"), ["42", "16"]);
    assert.deepEqual(texts(".column-title .verdict"), ["✓ right", "✗ wrong"]);
  });

  it("says that an answer cannot be judged, with what was expected; and nothing where no answer was", async () => {
    const unjudged = samples
      .chainOfThought()
      .map((event) => (event.t === "end" ? { ...event, answer: "some", correct: undefined } : event));
    const unasked = unjudged.map((event) => (event.t === "run" ? { ...event, gold: undefined } : event));
    await show(open(), ["unjudged", unjudged as TraceEvent[]], ["unasked", unasked as TraceEvent[]]);
    assert.deepEqual(texts(".column-title .verdict"), ["? unknown"]);
    assert.deepEqual(texts(".column-title .expected"), ["expected 42"]);
    assert.deepEqual(texts(".answer-line .verdict"), ["? unknown"]);
  });

  it("shows all text of a trace, in order", async () => {
    await show(open(), ["cot", samples.chainOfThought()]);
    const written = samples.chainOfThought().flatMap((event) => (event.t === "tokens" ? event.text : []));
    assert.equal(texts(".block-text .token").join(""), written.join(""));
  });

  it("shows how a prompt was routed, what the strategy noted, the prompt, and what was expected", async () => {
    await show(open(), ["sketch", samples.sketchOfThought()]);
    assert.match(texts(".route")[0]!, /chunked symbolism 0\.96, next expert lexicons 0\.03/);
    assert.match(texts(".trace-warning")[0]!, /not trained on this paradigm/);
    assert.match(texts(".remarks")[0]!, /^1 remark/);
    assert.match(texts(".prompt")[0]!, /user.*How many has she\?/s);
    assert.deepEqual(texts(".expected"), ["expected 42"]);
  });

  it("says that a trace without an end is incomplete, and leaves what a person opened open", async () => {
    const events = samples.sketchOfThought();
    const opened = open();
    await show(opened, ["sketch", events.slice(0, -4), true]);
    document.querySelector<HTMLDetailsElement>(".prompt")!.open = true;
    assert.equal(texts(".cut").length, 0);
    opened.panel.receive({ type: "events", run: "sketch", events: events.slice(-4, -1), live: false });
    await frame();
    assert.equal(document.querySelector<HTMLDetailsElement>(".prompt")!.open, true);
    assert.deepEqual(texts(".cut"), ["incomplete"]);
  });

  it("unfolds a trial answer", async () => {
    await show(open(), ["deer", samples.deer()]);
    const chip = document.querySelector<HTMLElement>(".check-chip")!;
    assert.equal(document.querySelector(".trial-text")!.hasAttribute("hidden"), true);
    chip.click();
    assert.equal(chip.getAttribute("aria-expanded"), "true");
    assert.match(document.querySelector(".trial-text")!.textContent, /\\boxed\{14\}/);
  });

  it("appends what a running model writes and leaves drawn tokens alone", async () => {
    const events = samples.deer();
    const opened = open();
    await show(opened, ["deer", events.slice(0, 5), true]);
    const before = [...document.querySelectorAll(".block-text .token")];
    assert.ok(before.length > 5);
    for (const event of events.slice(5)) {
      opened.panel.receive({ type: "events", run: "deer", events: [event], live: true });
      await frame();
    }
    opened.panel.receive({ type: "events", run: "deer", events: [], live: false });
    await frame();
    const after = [...document.querySelectorAll(".block-text .token")];
    assert.deepEqual(after.slice(0, before.length), before);
    assert.equal(document.querySelectorAll(".live").length, 0);

    const whole = texts(".block-text .token");
    document.body.textContent = "";
    await show(open(), ["deer", events]);
    assert.deepEqual(texts(".block-text .token"), whole);
  });

  it("lets no text of a trace become markup", async () => {
    const opened = open();
    await show(opened, ["hostile", samples.hostile()]);
    opened.panel.receive({ type: "notice", level: "error", message: samples.HOSTILE_TEXT });
    await frame();
    assert.equal(document.querySelectorAll("img, script").length, 0);
    assert.ok(document.body.textContent.includes("<img src=x"));
    for (const unsafe of ["\u202e", "\u001b", "\u200b"]) assert.ok(!document.body.textContent.includes(unsafe));
  });

  it("is driven by keyboard", async () => {
    const { sent, kept, ...opened } = open();
    await show({ sent, kept, ...opened }, ["cot", samples.chainOfThought()], ["deer", samples.deer()]);
    const focusable = document.querySelectorAll<HTMLElement>('.cell[tabindex="0"]');
    assert.equal(focusable.length, 1);
    focusable[0]!.focus();
    press("j");
    press("ArrowRight");
    const cell = document.activeElement!;
    assert.match(cell.textContent, /^step 2, \d+ tokens: /);
    assert.equal(cell.getAttribute("data-column"), "1");
    press("Enter");
    assert.ok(cell.parentElement!.classList.contains("folded"));
    assert.equal((kept() as { folded: string[] }).folded.length, 1);
    press("x");
    assert.ok(document.activeElement!.querySelector(".exit-mark"));
    press("y");
    assert.deepEqual(sent.at(-1), {
      type: "link",
      run: "deer",
      at: (kept() as { selected: { at: number } }).selected.at,
    });
  });

  it("goes to a position that the host reveals", async () => {
    const opened = open();
    await show(opened, ["cot", samples.chainOfThought()]);
    opened.panel.receive({ type: "reveal", run: "cot", at: 60 });
    const token = document.querySelector(".token.revealed");
    assert.equal((token as HTMLElement).dataset["at"], "60");
    assert.ok(document.activeElement!.contains(token));
  });

  it("says what to do where there is no trace", async () => {
    const opened = open();
    await show(opened);
    document.querySelector<HTMLElement>(".empty-state button")!.click();
    assert.deepEqual(opened.sent.at(-1), { type: "command", command: "compare" });
  });

  it("offers to score a trace that was recorded without confidences", async () => {
    const opened = open();
    const bare = samples
      .chainOfThought()
      .map((event) => (event.t === "tokens" ? { ...event, logprob: undefined } : event));
    await show(opened, ["bare", bare as TraceEvent[]]);
    [...document.querySelectorAll<HTMLElement>('[role="tab"]')]
      .find((tab) => tab.textContent === "Confidence")!
      .click();
    await frame();
    const button = document.querySelector<HTMLElement>(".empty-state button")!;
    assert.equal(button.textContent, "Score with a Local Model…");
    button.click();
    assert.deepEqual(opened.sent.at(-1), { type: "command", command: "score-trace" });
  });

  it("saves all it shows as one page with its pictures, and lets nothing of a trace run in it", async () => {
    const opened = open();
    await show(opened, ["cot", samples.chainOfThought()], ["deer", samples.deer()], ["hostile", samples.hostile()]);
    opened.panel.receive({ type: "save-page" });
    const saved = opened.sent.at(-1);
    assert.ok(saved?.type === "save" && saved.format === "html");
    assert.equal(saved.name, "apples.html");
    const page = new (window as unknown as typeof globalThis).DOMParser().parseFromString(saved.content, "text/html");
    assert.equal(page.querySelectorAll("section").length, 3);
    assert.equal(page.querySelectorAll("script, [onerror], [onload], link, iframe").length, 0);
    const captions = [...page.querySelectorAll("figcaption")].map((node) => node.textContent);
    for (const expected of [/Memory over time/, /DEER: exits/, /DEER: confidence/])
      assert.ok(
        captions.some((caption) => expected.test(caption)),
        `${expected} in ${captions.join(" | ")}`,
      );
    for (const { src } of page.querySelectorAll("img"))
      assert.match(Buffer.from(src.split(",")[1]!, "base64").toString(), /^<svg [^>]*xmlns=/);
  });

  it("hands on files that are dropped on it, by their place where it is told, and asks for more by a button", async () => {
    const opened = open();
    await show(opened, ["cot", samples.chainOfThought()]);
    const drop = (types: Record<string, string>, files: object[] = []): void => {
      const event = new (window as unknown as typeof globalThis).Event("drop", { bubbles: true, cancelable: true });
      const data = { types: [...Object.keys(types), "Files"], getData: (type: string) => types[type] ?? "", files };
      opened.panel.element.dispatchEvent(Object.assign(event, { dataTransfer: data }));
    };
    drop({ "text/uri-list": "# two\r\nfile:///a.eval\r\nfile:///b.jsonl\r\nhttps://example.org/\r\n" });
    await frame();
    assert.deepEqual(opened.sent.at(-1), {
      type: "drop",
      files: [{ uri: "file:///a.eval" }, { uri: "file:///b.jsonl" }],
    });
    const content = new TextEncoder().encode("<think>1</think>2");
    drop({}, [
      { name: "a.txt", size: content.length, arrayBuffer: async () => content.buffer },
      { name: "huge.json", size: LARGEST_DROP + 1, arrayBuffer: () => assert.fail("it is not read") },
    ]);
    await frame();
    await frame();
    assert.deepEqual(opened.sent.at(-1), { type: "drop", files: [{ name: "a.txt", bytes: content }] });
    assert.match(document.querySelector(".notice")!.textContent, /Too large to be dropped: huge\.json\./);
    document.querySelector<HTMLElement>(".panel-actions button")!.click();
    assert.deepEqual(opened.sent.at(-1), { type: "command", command: "add-traces" });
  });

  it("shows a notice with its action", async () => {
    const opened = open();
    await show(opened, ["cot", samples.chainOfThought()]);
    opened.panel.receive({
      type: "notice",
      level: "error",
      message: "The engine stopped.",
      action: { title: "Restart", command: "restart-engine" },
    });
    await frame();
    assert.match(document.querySelector('[role="alert"]')!.textContent, /The engine stopped\./);
    document.querySelector<HTMLElement>(".notice button")!.click();
    assert.deepEqual(opened.sent.at(-1), { type: "command", command: "restart-engine" });
  });
});
