import assert from "node:assert/strict";
import type { ChildProcessByStdio } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Readable } from "node:stream";
import type { Browser } from "playwright-core";
import { launchChromium } from "../harness/chromium.mjs";
import { root } from "../harness/project.mjs";

describe("npm start", () => {
  let start: ChildProcessByStdio<null, Readable, null>;
  let browser: Browser;

  before(() => {
    const script = path.join(root, "test", "harness", "start.mjs");
    start = spawn(process.execPath, [script, "--server", "--no-build"], { stdio: ["ignore", "pipe", "inherit"] });
  });

  after(async () => {
    await browser?.close();
    start.kill("SIGINT");
    if (start.exitCode === null) await once(start, "exit");
  });

  it("prints an address at which a person can press Compare", async () => {
    const address = await printedAddress();
    browser = await launchChromium();
    const page = await browser.newPage();
    await page.goto(address);
    await page.locator(".codelens-decoration a", { hasText: "Compare" }).first().click({ timeout: 150_000 });
    const rows = page.locator(".quick-input-list .monaco-list-row");
    await rows.first().waitFor({ timeout: 90_000 });
    assert.ok((await rows.count()) > 1);
  });

  async function printedAddress(): Promise<string> {
    let output = "";
    for await (const chunk of start.stdout) {
      output += String(chunk);
      const address = /http:\/\/\S+/.exec(output)?.[0];
      if (address) return address;
    }
    throw new Error(`npm start printed no address: ${output}`);
  }
});
