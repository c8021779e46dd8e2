/** A person's own files in the workbench: a session, JSON of unknown shape, mathematics, and a skill with its tasks. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { errors, type Locator } from "playwright-core";
import { copySamples } from "../harness/sampleWorkspace.mjs";
import { Workbench } from "./workbench";

const lines = (...values: object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");

/** A turn of Claude Code's log. */
const turn = (type: "user" | "assistant", content: unknown, nth: number): object => ({
  type,
  uuid: `turn-${nth}`,
  parentUuid: nth === 1 ? null : `turn-${nth - 1}`,
  sessionId: "jars",
  timestamp: `2026-03-01T10:00:0${nth}Z`,
  message: { role: type, content, ...(type === "assistant" ? { model: "claude-opus-4", id: `message-${nth}` } : {}) },
});

const FILES: Record<string, string> = {
  "session.jsonl": lines(
    turn("user", "How many jars are on the shelf?", 1),
    turn(
      "assistant",
      [
        { type: "thinking", thinking: "The shelf has to be read first.\n\nI look it up.", signature: "abc" },
        { type: "tool_use", id: "call-1", name: "Read", input: { file_path: "shelf.txt" } },
      ],
      2,
    ),
    turn("user", [{ type: "tool_result", tool_use_id: "call-1", content: "7 rows of 8 jars" }], 3),
    turn(
      "assistant",
      [
        { type: "thinking", thinking: "Rows times jars: **7 * 8** is $7 \\cdot 8 = 56$.", signature: "def" },
        { type: "text", text: "There are **56** jars." },
      ],
      4,
    ),
  ),
  "odd.json": JSON.stringify([
    { ask: "What is 2 + 3?", monologue: "Two and three are five.", reply: { said: "The answer is 5." }, key: "5" },
    { ask: "What is 3 + 4?", monologue: "Three and four are eight.", reply: { said: "The answer is 8." }, key: "7" },
  ]),
  "integral.md": [
    "<think>",
    "The area below the curve is $A = \\int_0^1 x^2\\,dx$:",
    "",
    "\\[",
    "\\int_0^1 x^2\\,dx = \\left[\\frac{x^3}{3}\\right]_0^1",
    "\\]",
    "",
    "- the upper end gives $\\frac{1}{3}$",
    "- the lower end gives `0`",
    "</think>",
    "The area is $\\boxed{\\frac{1}{3}}$.",
    "",
  ].join("\n"),
  ".claude/skills/counting/SKILL.md": [
    "---",
    "name: counting",
    "description: How things are counted.",
    "---",
    "# Counting",
    "",
    "Say each sum in a line of its own.",
    "",
    "## Answers",
    "",
    "End with the number alone.",
    "",
  ].join("\n"),
  ".claude/skills/counting/evals/evals.json": JSON.stringify({
    evals: [
      { prompt: "Anna has 3 apples and buys 4 more. How many apples does Anna have now?", expected_output: "7" },
      { prompt: "Tom has 9 pens and gives 2 away. How many pens does Tom have now?", expected_output: "7" },
    ],
  }),
};

function workspace(): string {
  const folder = copySamples();
  for (const [name, text] of Object.entries(FILES)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}

/** Milliseconds that an open menu is left alone: in its first moment it takes no click. */
const MENU_MS = 300;

/** The pocket models were not taught to follow a skill, and would go on for as long as they are let. */
const FEW_TOKENS = {
  "thoughtlens.strategyOptions": Object.fromEntries(
    ["chain-of-thought", "chain-of-draft", "deer"].map((strategy) => [strategy, { maxTokens: 150 }]),
  ),
};

describe("a person's own files", () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({ size: { width: 1600, height: 950 }, folder: workspace(), settings: FEW_TOKENS });
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await workbench.screenshot("failed-own-files");
    await workbench.runCommand("View: Close All Editors");
  });
  after(() => workbench?.close());

  /**
   * Imports a file by the menu of the file explorer.
   * @param asks what the workbench then asks for
   */
  async function importFile(name: string, asks: Locator): Promise<void> {
    const row = workbench.page.locator(".explorer-folders-view .monaco-list-row", { hasText: name }).first();
    const command = workbench.page.locator(".monaco-menu .action-label", { hasText: "Import Traces…" });
    // A menu that is opened before the extension is there lacks its commands, one that is just open takes no click, and one that
    // loses the focus closes: it is asked for anew until the workbench does what it was told.
    for (let attempt = 0; attempt < 8; attempt += 1) {
      await row.click({ button: "right" });
      try {
        await command.waitFor({ timeout: 10_000 });
        await workbench.page.waitForTimeout(MENU_MS);
        await command.click({ timeout: 5_000 });
        return await asks.waitFor({ timeout: 15_000 });
      } catch (error) {
        if (!(error instanceof errors.TimeoutError)) throw error;
        await workbench.page.keyboard.press("Escape");
      }
    }
    throw new Error("The menu of the file explorer does not import.");
  }

  it("shows a session of an agent as one trace a turn that thinks, with its calls folded", async () => {
    await importFile("session.jsonl", workbench.quickInput("Import from session.jsonl"));
    await workbench.acceptPicks("Import from session.jsonl");
    const panel = workbench.webview();
    await panel.locator(".column-title").nth(1).waitFor();
    assert.equal(await panel.locator(".column-title").count(), 2);
    const call = panel.locator(".block .tool-call").first();
    assert.match((await call.locator("summary").textContent()) ?? "", /^Read .*shelf\.txt/);
    await call.locator("summary").click();
    await call.getByText("7 rows of 8 jars").waitFor();
    await panel.locator(".rendered strong", { hasText: "56" }).first().waitFor();
    assert.deepEqual(await panel.locator(".model").first().allInnerTexts(), ["claude-opus-4"]);
    await workbench.screenshotThemes("session");
  });

  it("asks once which fields of a file of unknown shape hold what, and judges the answers by them", async () => {
    const nameFields = workbench.page.getByRole("button", { name: "Name Its Fields…" });
    await importFile("odd.json", nameFields);
    await nameFields.click();
    await workbench.quickInput("odd.json (1/4)").waitFor();
    // To choose a theme would take the place of the dialog.
    await workbench.screenshot("mapping");
    for (const [place, field] of ["ask", "monologue", "reply.said", "key"].entries()) {
      await workbench.quickInput(`odd.json (${place + 1}/4)`).waitFor();
      await workbench.pick("", field);
    }
    await workbench.acceptPicks("Import from odd.json");
    const panel = workbench.webview();
    await panel.locator(".column-title .verdict").nth(1).waitFor();
    assert.deepEqual(
      (await panel.locator(".column-title .verdict").allInnerTexts()).map((text) => text.trim()),
      ["✓ right", "✗ wrong"],
    );
    await workbench.screenshotThemes("mapped", ["dark"]);
    await workbench.runCommand("View: Close All Editors");
    await importFile("odd.json", workbench.quickInput("Import from odd.json"));
    await workbench.acceptPicks("Import from odd.json");
    await workbench.webview().locator(".column-title .verdict").nth(1).waitFor();
    assert.ok((await workbench.notifications()).some((text) => text.includes("fields that you named before")));
  });

  it("draws the mathematics of a step, and shows it as written by a command", async () => {
    await workbench.openFile("integral.md");
    await workbench.runCommand("Thoughtlens: Inspect Reasoning in Selection");
    const panel = workbench.webview();
    await panel.locator(".rendered .formula.display mfrac").first().waitFor();
    assert.equal(await panel.locator(".rendered li").count(), 2);
    assert.ok(await panel.locator(".final-answer mfrac").isVisible());
    await workbench.screenshotThemes("mathematics", ["light", "dark", "high-contrast", "high-contrast-light"]);
    await workbench.runCommand("Thoughtlens: Show Text as Written or Rendered");
    await panel.locator(".rendered").first().waitFor({ state: "detached" });
    assert.ok((await panel.locator(".token", { hasText: "frac" }).count()) > 0);
    await workbench.runCommand("Thoughtlens: Show Text as Written or Rendered");
    await panel.locator(".rendered .formula").first().waitFor();
  });

  it("compares a skill under several strategies on one of its tasks", async () => {
    await workbench.openFile(".claude/skills/counting/SKILL.md");
    await workbench.codeLens("Compare").click();
    await workbench.acceptPicks("Compare Strategies");
    const tasks = workbench.page.locator(".quick-input-list .monaco-list-row", { hasText: "Anna has 3 apples" });
    await tasks.waitFor();
    await workbench.screenshot("skill-tasks");
    await tasks.click();
    const panel = workbench.webview();
    // Runs take turns, and each column has its name before its run begins.
    await panel.locator(".column-title .strategy", { hasText: "DEER" }).waitFor();
    assert.deepEqual(await panel.locator(".column-title .strategy").allInnerTexts(), [
      "Chain of Thought",
      "Chain of Draft",
      "DEER",
    ]);
    await panel.locator(".block").first().waitFor();
    await panel.getByRole("button", { name: "Figures and prompt" }).first().click();
    await panel.locator(".prompt summary").first().click();
    assert.match((await panel.locator(".prompt").first().textContent()) ?? "", /Say each sum.*Anna has 3 apples/s);
    await panel.locator(".block").first().waitFor();
    await panel.locator(".column-title .live").first().waitFor({ state: "detached" });
    await workbench.screenshotThemes("skill");
  });
});
