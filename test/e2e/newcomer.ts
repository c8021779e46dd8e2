/**
 * `npm run newcomer -- some.vsix`: what somebody meets who installs the package into an empty editor and does what the walkthrough
 * says, and no more, up to the first comparison. Prints the seconds of each step; pictures go to out/screenshots.
 */
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Locator } from "playwright-core";
import { temporaryFolder } from "../harness/temporaryFolder.mjs";
import { Workbench } from "./workbench";

/** Milliseconds that anything may take. */
const PATIENCE_MS = 120_000;

const [file] = process.argv.slice(2);
if (!file) throw new Error("Name the package: npm run newcomer -- out/packages/….vsix");

const folder = path.join(temporaryFolder("newcomer"), "empty");
mkdirSync(folder, { recursive: true });

const steps: { step: string; seconds: string }[] = [];
let last = performance.now();
/** The time since the step before. */
function did(step: string): void {
  const now = performance.now();
  steps.push({ step, seconds: ((now - last) / 1000).toFixed(1) });
  last = now;
}

const workbench = await Workbench.open({ folder, vsix: path.resolve(file), trustAll: false });
try {
  const { page } = workbench;
  const press = async (button: Locator): Promise<void> => button.click({ timeout: PATIENCE_MS });
  did("install the package into an empty editor, and open an empty folder");

  await workbench.runCommand("Welcome: Open Walkthrough...");
  await workbench.pick("See how a model reasons", "See how a model reasons");
  const walkthrough = page.locator(".gettingStartedContainer");
  await walkthrough.getByText("Story 1", { exact: false }).first().waitFor();
  await workbench.screenshot("newcomer-1-walkthrough");
  did("find the walkthrough in the palette");

  await press(walkthrough.getByRole("button", { name: "Open the Traces" }).first());
  await workbench.webview().locator(".column-title .strategy").first().waitFor({ timeout: PATIENCE_MS });
  await workbench.screenshot("newcomer-2-story");
  did("open the first story");

  await page
    .locator(".tab", { hasText: "Welcome" })
    .or(page.locator(".tab", { hasText: "Walkthrough" }))
    .first()
    .click();
  await press(walkthrough.getByRole("button", { name: /^Trace a prompt/ }).first());
  // A folder is open: the samples get a window of their own, which the test goes on in.
  const opened = page.context().waitForEvent("page", { timeout: PATIENCE_MS });
  await press(walkthrough.getByRole("button", { name: "Open Samples" }).first());
  const other = await opened;
  await other.waitForURL(/folder=/);
  await page.goto(other.url());
  await other.close();
  await page.locator(".explorer-folders-view .monaco-list-row", { hasText: "stories.prompt.md" }).waitFor();
  await workbench.screenshot("newcomer-3-samples");
  did("open the samples");

  await page.locator(".explorer-folders-view .monaco-list-row", { hasText: "stories.prompt.md" }).click();
  await workbench.codeLens("Trace").waitFor();
  await workbench.screenshot("newcomer-4-prompt");
  did("open a prompt and see Trace above it");

  await workbench.codeLens("Trace").click();
  await press(page.getByRole("button", { name: "Manage Workspace Trust" }).last());
  await press(page.locator(".workspace-trust-features .monaco-button", { hasText: /^Trust$/ }).first());
  await workbench.openFile("stories.prompt.md");
  await workbench.codeLens("Compare").waitFor();
  did("press Trace, be asked for trust, and give it");

  await workbench.codeLens("Trace").click();
  await workbench.webview().locator(".cell .token:visible").first().waitFor({ timeout: PATIENCE_MS });
  did("press Trace: the first token is on screen");
  await workbench.codeLens(/^\d+ tokens \(/).waitFor({ timeout: PATIENCE_MS });
  await workbench.screenshot("newcomer-5-trace");
  did("the answer is there");

  await workbench.codeLens("Compare").click();
  await workbench.acceptPicks("Compare Strategies");
  await workbench.codeLens(/→ \d+ tokens/).waitFor({ timeout: PATIENCE_MS });
  await workbench.screenshot("newcomer-6-compare");
  did("press Compare, take the strategies that are ticked, and have their answers");
} finally {
  await workbench.close();
  console.table(steps);
}
