import assert from "node:assert/strict";
import type { FromRuns } from "../../../../src/core/protocol/runsApi";
import { columnsFor, localTime, RUNS_COLUMNS } from "../../../../webview/runs/runsColumns";
import { RunsPage } from "../../../../webview/runs/runsPage";
import { sampleRow, sampleRows } from "../../samples/sampleRuns";
import { withDocument } from "../dom";
import { frame } from "../panelState";

describe("the page of all runs", () => {
  withDocument();
  let sent: FromRuns[];
  let kept: unknown;

  async function pageOf(count: number, state?: unknown): Promise<RunsPage> {
    sent = [];
    kept = state;
    const page = new RunsPage({
      post: (message) => void sent.push(message),
      readState: () => kept,
      writeState: (now) => void (kept = now),
    });
    document.body.append(page.element);
    page.receive({ type: "rows", rows: sampleRows(count), first: true, more: false });
    await frame();
    return page;
  }

  const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(".runs-body [role=row]")];
  const button = (text: RegExp) =>
    [...document.querySelectorAll("button")].find((each) => text.test(each.textContent ?? ""))!;
  const press = (key: string, more: KeyboardEventInit = {}) =>
    document.activeElement!.dispatchEvent(new window.KeyboardEvent("keydown", { key, bubbles: true, ...more }));

  it("draws the rows in sight and no others, and says how many there are", async () => {
    await pageOf(10_000);
    assert.ok(rows().length > 10 && rows().length < 100, `${rows().length} rows`);
    const grid = document.querySelector("[role=grid]")!;
    assert.equal(grid.getAttribute("aria-rowcount"), "10002");
    assert.equal(grid.getAttribute("aria-colcount"), String(RUNS_COLUMNS.length));
    assert.equal(rows()[0]!.getAttribute("aria-rowindex"), "2");
    assert.match(document.querySelector("[role=status]")!.textContent!, /^10,000 runs$/);
  });

  it("says what it does not know, and never calls it nothing", async () => {
    const page = await pageOf(3);
    page.receive({
      type: "details",
      of: [
        { run: "run-2", details: { tokens: 812, counted: false, after: undefined, from: undefined, spark: undefined } },
        { run: "run-1", problem: "The trace cannot be read." },
      ],
    });
    await frame();
    assert.match(rows()[2]!.querySelector(".of-tokens")!.textContent!, /≈ 812/);
    assert.equal(rows()[1]!.querySelector(".of-after [title]")!.getAttribute("title"), "The trace cannot be read.");
    assert.doesNotMatch(document.body.textContent!, /\b0 tokens/);
  });

  it("sorts by a press on a head, and says so", async () => {
    await pageOf(6);
    const head = () => document.querySelector<HTMLElement>("[role=columnheader][data-column=tokens]")!;
    assert.equal(head().getAttribute("aria-sort"), "none");
    head().click();
    await frame();
    assert.equal(head().getAttribute("aria-sort"), "descending");
    const tokens = rows().map((row) => Number(row.querySelector(".of-tokens")!.textContent!.replace(/\D/g, "") || "0"));
    assert.deepEqual(
      tokens.slice(0, 4),
      tokens.slice(0, 4).toSorted((a, b) => b - a),
    );
    // What is not counted has to be read before the order is whole.
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.ok(sent.some((message) => message.type === "details" && message.runs.includes("run-5")));
  });

  it("is gone through, selected in and compared from by keyboard alone", async () => {
    await pageOf(6);
    document.querySelector<HTMLElement>('.runs-grid [tabindex="0"]')!.focus();
    press("ArrowDown");
    press(" ");
    press("ArrowDown", { shiftKey: true });
    await frame();
    assert.deepEqual(
      rows().map((row) => row.getAttribute("aria-selected")),
      ["false", "true", "true", "false", "false", "false"],
    );
    button(/^Compare 2/).click();
    assert.deepEqual(sent.at(-1), { type: "compare", runs: ["run-1", "run-2"] });
    press("Enter");
    assert.deepEqual(sent.at(-1), { type: "open", run: "run-2" });
    press("Delete");
    assert.deepEqual(sent.at(-1), { type: "delete", runs: ["run-1", "run-2"] });
    press("a", { ctrlKey: true });
    await frame();
    assert.match(document.querySelector("[role=status]")!.textContent!, /6 selected, of 2 questions/);
    press("Escape");
    await frame();
    assert.equal(rows().filter((row) => row.getAttribute("aria-selected") === "true").length, 0);
  });

  it("says beside Compare that runs of several questions are not held against each other", async () => {
    await pageOf(6, { selected: ["run-0", "run-3"] });
    assert.match(button(/^Compare 2/).title, /2 questions: each question is shown by itself/);
    assert.doesNotMatch(document.body.textContent!, /[+−]\d+ %/);
  });

  it("groups by question, with what each comes to, and folds by Enter", async () => {
    await pageOf(6);
    document.querySelector<HTMLInputElement>("#runs-grouped")!.click();
    await frame();
    const groups = () => rows().filter((row) => row.hasAttribute("aria-expanded"));
    assert.equal(document.querySelector(".runs-grid")!.getAttribute("role"), "treegrid");
    assert.equal(groups().length, 2);
    assert.match(groups()[0]!.textContent!, /Mara has 3 apples.*3 runs: 2 right, 1 wrong, median/);
    groups()[0]!.querySelector<HTMLElement>("[role=gridcell]")!.click();
    await frame();
    assert.equal(groups()[0]!.getAttribute("aria-expanded"), "false");
    assert.equal(rows().length, 5);
  });

  it("sums all up below, and over what is filtered", async () => {
    await pageOf(6);
    const foot = () => document.querySelector(".runs-foot")!.textContent!;
    assert.match(foot(), /^6 runs\D*3 right, 1 wrong, 2 unknown/);
    const search = document.querySelector<HTMLInputElement>("input[type=search]")!;
    search.value = "deer";
    search.dispatchEvent(new window.Event("input"));
    await frame();
    assert.match(foot(), /^2 runs/);
    search.value = "no such thing";
    search.dispatchEvent(new window.Event("input"));
    await frame();
    assert.match(document.querySelector(".empty-state")!.textContent!, /No run fits: no such thing/);
    button(/Show All Runs/).click();
    await frame();
    assert.equal(rows().length, 6);
  });

  it("says what to do where there are no runs, and that it reads where they are not there yet", async () => {
    const page = await pageOf(0);
    assert.match(document.querySelector(".empty-state")!.textContent!, /No runs yet/);
    button(/Import Traces/).click();
    assert.deepEqual(sent.at(-1), { type: "import" });
    page.receive({ type: "rows", rows: [], first: true, more: true });
    await frame();
    assert.match(document.querySelector(".empty-state")!.textContent!, /Reading/);
  });

  it("asks for what only traces say of the rows in sight", async () => {
    await pageOf(10_000);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const asked = sent.filter((message) => message.type === "details");
    assert.ok(asked.length > 0);
    for (const { runs } of asked) assert.ok(runs.includes("run-0") && runs.length < 100);
  });

  it("shows texts of models as text", async () => {
    const page = await pageOf(0);
    const hostile = "<img src=x onerror=alert(1)>\u202e evil";
    page.receive({
      type: "rows",
      rows: [sampleRow(0, { question: hostile, model: hostile, answer: hostile, title: hostile, strategy: hostile })],
      first: true,
      more: false,
    });
    await frame();
    assert.equal(document.querySelector("img"), null);
    assert.match(rows()[0]!.textContent!, /⟨RLO⟩/);
  });

  it("lets columns go where there is no room, but not what a run is of", () => {
    const names = (width: number) => columnsFor(width).map(({ name }) => name);
    assert.equal(names(2000).length, RUNS_COLUMNS.length);
    assert.deepEqual(names(400), ["selected", "question", "strategy", "tokens"]);
    assert.deepEqual(names(100), ["selected", "question", "tokens"]);
    assert.ok(names(800).includes("verdict") && !names(800).includes("started"));
  });

  it("says times in the person's own zone, and none where there is none", () => {
    assert.match(localTime("2026-05-04T10:11:12Z"), /^2026-05-0[345] \d\d:\d\d$/);
    for (const bad of ["", "yesterday"]) assert.equal(localTime(bad), "");
  });
});
