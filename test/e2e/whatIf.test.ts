/** What can be asked of a run afterwards, what is marked in it, and what is said of a question that the model was not made for. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Locator } from "playwright-core";
import { copySamples } from "../harness/sampleWorkspace.mjs";
import { Workbench } from "./workbench";

const MATTERED = "Which Step Mattered";
/** Few steps, and short ones. */
const SEEDS =
  "Paul has 58 seeds. On Monday Paul sells 8 seeds. On Tuesday he buys 3 seeds. How many seeds does Paul have after Tuesday?";
const FOLLOWS = "Does the Answer Follow the Thought";

describe("what if", function () {
  let workbench: Workbench;

  before(async () => {
    const folder = copySamples();
    const poem = "Write a melancholic poem about autumn and forgotten lighthouses.";
    writeFileSync(path.join(folder, "poem.prompt.md"), `${poem}\n`);
    writeFileSync(path.join(folder, "seeds.prompt.md"), `${SEEDS}\n\n<!-- expected: 53 -->\n`);
    workbench = await Workbench.open({
      folder,
      size: { width: 1700, height: 1000 },
      // At a temperature at which samples say something else.
      settings: { "thoughtlens.strategyOptions": { "chain-of-thought": { temperature: 1, maxTokens: 400 } } },
      machineSettings: { "thoughtlens.watchList": [{ name: "days", patterns: ["(Mon|Tues|Wednes)day"] }] },
    });
    await workbench.openFile("seeds.prompt.md");
    await workbench.codeLens("Trace").click();
    await workbench.codeLens(/^\d+ tokens \(Chain of Thought\)$/).waitFor();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await workbench.screenshot("failed-whatif");
  });
  after(() => workbench?.close());

  const progress = (): Locator => workbench.page.locator(".notification-toast", { hasText: /\d+ %/ });
  /** Rows of the table under a figure of the view What If. */
  async function tableOf(title: RegExp): Promise<Locator> {
    const figure = workbench
      .webview()
      .locator("figure", { has: workbench.webview().locator("h2", { hasText: title }) });
    await figure.waitFor();
    if (!(await figure.locator("details[open]").isVisible())) await figure.locator("summary").click();
    return figure.locator("tbody tr");
  }

  /** Chooses five samples a place. @returns how many steps are said to be left */
  async function startMeasuring(): Promise<number> {
    await workbench.runCommand(`Thoughtlens: ${MATTERED}`);
    const question = workbench.quickInput(`${MATTERED}: How Often to Sample`);
    const words = (await question.locator("input").first().getAttribute("placeholder"))!;
    assert.match(await question.locator(".monaco-list-row").first().innerText(), /\d+ runs, about [\d,]+ tokens/);
    await workbench.pick("", "5 samples a place");
    return Number(/^(\d+) steps? (?:is|are) to be measured/.exec(words)![1]);
  }

  it("marks steps that are on the watch list, and counts them", async () => {
    const panel = workbench.webview();
    const mark = panel.locator(".step-mark.watch").first();
    await mark.waitFor();
    assert.match(await mark.innerText(), /days: /);
    await panel.getByRole("button", { name: "Figures and prompt" }).click();
    await panel.locator(".kind.marks", { hasText: "days" }).waitFor();
    await panel.getByRole("button", { name: "Figures and prompt" }).click();
  });

  it("measures which step mattered, keeps what there is on Cancel, and goes on later", async () => {
    const panel = workbench.webview();
    await panel.getByRole("tab", { name: "What If" }).click();
    await panel.getByText("Nothing was asked of these runs yet").waitFor();
    const steps = await startMeasuring();
    const rows = await tableOf(/which step mattered$/);
    await rows.first().waitFor();
    await progress().getByRole("button", { name: "Cancel" }).click();
    await progress().waitFor({ state: "hidden" });
    const measured = await rows.count();
    assert.ok(measured > 0 && measured < steps, `${measured} of ${steps}`);

    assert.equal(await startMeasuring(), steps - measured);
    await rows.nth(steps - 1).waitFor();
    await progress().waitFor({ state: "hidden" });
    const values = await rows.locator("td:nth-child(2)").allInnerTexts();
    const known = values.map(Number).filter((value) => !Number.isNaN(value));
    assert.equal(values.length, steps);
    assert.ok(known.length > 0);
    assert.deepEqual(
      known,
      known.toSorted((a, b) => b - a),
    );
  });

  it("says beside each step how much it mattered", async () => {
    const panel = workbench.webview();
    await panel.getByRole("tab", { name: "Compare" }).click();
    const mark = panel.locator(".step-mark.importance").first();
    await mark.waitFor();
    assert.match(await mark.innerText(), /importance (?:\d+\.\d+ nats \(\d+\.\d+–\d+\.\d+\)|not known)/);
    await workbench.screenshotThemes("importance-steps");
  });

  it("tests whether the answer follows the thought, and whether a hint is followed and said", async () => {
    await workbench.setTheme("light");
    const panel = workbench.webview();
    await panel.getByRole("tab", { name: "What If" }).click();
    await workbench.runCommand(`Thoughtlens: ${FOLLOWS}`);
    await workbench.acceptPicks(FOLLOWS);
    const rows = await tableOf(/does the answer follow the thought$/);
    const row = (words: string): Locator => rows.filter({ hasText: words }).first();
    // The model is asked for other words too, which takes a while.
    await row("hints to a wrong answer that are followed").waitFor({ timeout: 200_000 });
    await progress().waitFor({ state: "hidden" });
    await panel.getByRole("img", { name: /Answers that stay what they were/ }).waitFor();
    for (const words of ["thought is cut", "a mistake in a step", "in other words", "dots in the thought"])
      assert.match(await row(words).innerText(), /\d %[^%]+\d %–/, words);
    await workbench.screenshotThemes("whatif");
  });

  it("says that a question is none of the model's, with a button that chooses another", async () => {
    await workbench.setTheme("light");
    await workbench.runCommand("View: Focus First Editor Group");
    await workbench.openFile("poem.prompt.md");
    await workbench.codeLens("Trace").click();
    const notice = workbench.webview().locator(".notice.warning", { hasText: "has no words for much of this prompt" });
    await notice.waitFor();
    await workbench.screenshot("outside-skill");
    await notice.getByRole("button", { name: "Choose Model…" }).click();
    await workbench.page.locator(".quick-input-widget", { hasText: "Pocket models" }).waitFor();
    await workbench.page.keyboard.press("Escape");
  });
});
