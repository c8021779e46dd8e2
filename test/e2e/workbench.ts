/** A real VS Code workbench in a real browser, with the extension, as the end-to-end tests see it. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { errors } from "playwright-core";
import { launchChromium } from "../harness/chromium.mjs";
import { root } from "../harness/project.mjs";
import { extensionUnderTest } from "../harness/packageUnderTest.mjs";
import { copySamples } from "../harness/sampleWorkspace.mjs";
import type { VscodeServer } from "../harness/vscodeServer.mjs";
import { startServer } from "../harness/vscodeServer.mjs";

const SCREENSHOTS = path.join(root, "out", "screenshots");
const PATIENCE_MS = 100_000;
/** After this long a list that lacks the wanted row is asked for anew. */
const REDRAW_MS = 10_000;

/** The themes that pictures are taken in: how the theme picker calls them, and the class that the workbench carries. */
const THEMES = {
  light: { label: "Light Modern", shows: "vs" },
  dark: { label: "Dark Modern", shows: "vs-dark" },
  "high-contrast": { label: "Dark High Contrast", shows: "hc-black" },
  "high-contrast-light": { label: "Light High Contrast", shows: "hc-light" },
} as const;

// The theme stays what the test sets, whatever the browser prefers.
const STILL_THEME = { "window.autoDetectColorScheme": false, "workbench.colorTheme": "Default Light Modern" };

export type Theme = keyof typeof THEMES;

export interface WorkbenchOptions {
  /** A package to be installed as people do; the extension under test stands in its place as if it were installed. */
  vsix?: string;
  /** The workspace; a copy of the samples unless given. */
  folder?: string;
  /** User settings on top of those that keep the workbench quiet. */
  settings?: Record<string, unknown>;
  /** Settings of machine scope. */
  machineSettings?: Record<string, unknown>;
  /** False asks whether the workspace is trusted. */
  trustAll?: boolean;
  /** Language of the editor, as `zh-cn`; its own words stay English, which need a language pack. */
  language?: string;
  /** Size of the window in CSS pixels. */
  size?: { width: number; height: number };
}

/** Tells the workbench its language, as the messages of a language pack would: a script for the page, as text, since built functions bring helpers. */
const speaking = (language: string): string =>
  `Object.defineProperty(globalThis, "_VSCODE_NLS_LANGUAGE", { get: () => ${JSON.stringify(language)}, set() {} });`;

export class Workbench {
  private constructor(
    readonly page: Page,
    readonly folder: string,
    private readonly browser: Browser,
    private readonly server: VscodeServer,
  ) {}

  /** Starts a server and a browser, and opens the workspace; resolves when the workbench stands. */
  static async open(options: WorkbenchOptions = {}): Promise<Workbench> {
    const folder = options.folder ?? copySamples();
    const server = await startServer({
      ...(options.vsix ? { vsix: [options.vsix] } : { extensions: [extensionUnderTest()] }),
      settings: { ...STILL_THEME, ...options.settings },
      ...(options.machineSettings ? { machineSettings: options.machineSettings } : {}),
      trustAll: options.trustAll ?? true,
    });
    const browser = await launchChromium();
    const page = await browser.newPage({ viewport: options.size ?? { width: 1440, height: 900 } });
    page.setDefaultTimeout(PATIENCE_MS);
    if (options.language) await page.addInitScript({ content: speaking(options.language) });
    const workbench = new Workbench(page, folder, browser, server);
    await workbench.reload();
    // An empty folder has no rows to wait for.
    if (!options.vsix) await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
    return workbench;
  }

  /** Loads the page anew, as a person does who presses F5 in the browser. */
  async reload(): Promise<void> {
    await this.page.goto(this.server.urlOf(this.folder), { timeout: PATIENCE_MS });
    await this.page.locator(".monaco-workbench .statusbar-item").first().waitFor();
  }

  /** Reloads the window by its command: unlike a page that is torn away, it waits until its layout is kept. */
  async reloadWindow(): Promise<void> {
    const loaded = this.page.waitForEvent("load", { timeout: PATIENCE_MS });
    await this.runCommand("Developer: Reload Window");
    await loaded;
    await this.page.locator(".monaco-workbench .statusbar-item").first().waitFor();
  }

  /** Runs a command by the title that the palette shows, such as `Thoughtlens: Trace Prompt`. */
  async runCommand(title: string): Promise<void> {
    await this.pickAfter(() => this.page.keyboard.press("F1"), `>${title}`, title);
  }

  /** Opens a file of the workspace by its path from there. */
  async openFile(file: string): Promise<void> {
    await this.pickAfter(() => this.page.keyboard.press("Control+P"), file, path.posix.basename(file));
    await this.page.locator(".tab.active", { hasText: path.posix.basename(file) }).waitFor();
  }

  /** Types into the open quick input and takes the first row that contains `row`. */
  async pick(text: string, row: string, timeout = PATIENCE_MS): Promise<void> {
    await this.page.locator(".quick-input-widget input").first().fill(text, { timeout });
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: row }).first().click({ timeout });
  }

  /**
   * Opens a quick input and picks a row of it. The list is drawn up once, when the text is entered: what an
   * extension contributes a moment later is missing from it, so a list without the row is closed and asked for anew.
   */
  private async pickAfter(open: () => Promise<void>, text: string, row: string): Promise<void> {
    for (const deadline = Date.now() + PATIENCE_MS; ;) {
      await open();
      try {
        return await this.pick(text, row, REDRAW_MS);
      } catch (error) {
        if (!(error instanceof errors.TimeoutError) || Date.now() > deadline) throw error;
        await this.page.keyboard.press("Escape");
      }
    }
  }

  /** The open list or question of that title. */
  quickInput(title: string): Locator {
    return this.page.locator(".quick-input-widget", { hasText: title });
  }

  /** Accepts what is ticked in the open list of that title. */
  async acceptPicks(title: string): Promise<void> {
    const widget = this.quickInput(title);
    await widget.locator(".quick-input-list .monaco-list-row").first().waitFor();
    await widget.locator(".quick-input-action .monaco-button", { hasText: "OK" }).click();
  }

  /** A CodeLens of the open editor. */
  codeLens(text: string | RegExp): Locator {
    return this.page.locator(".codelens-decoration a", { hasText: text }).first();
  }

  /** A row of a tree in the side bar. */
  treeRow(text: string | RegExp): Locator {
    return this.page.locator(".tree-explorer-viewlet-tree-view .monaco-list-row", { hasText: text }).first();
  }

  /**
   * Presses what a row shows under the pointer only. A list that is drawn anew, or scrolls to what was just chosen,
   * takes its row away from under the pointer: it is pointed at again until the press went through.
   */
  async pressInRow(row: Locator, action: (row: Locator) => Locator): Promise<void> {
    for (const deadline = Date.now() + PATIENCE_MS; ;) {
      try {
        await this.page.mouse.move(0, 0);
        await row.hover({ timeout: REDRAW_MS });
        return await action(row).click({ timeout: REDRAW_MS });
      } catch (error) {
        if (!(error instanceof errors.TimeoutError) || Date.now() > deadline) throw error;
      }
    }
  }

  /** The document inside the visible webview. */
  webview(): FrameLocator {
    return this.page.frameLocator("iframe.webview.ready").first().frameLocator("iframe#active-frame");
  }

  /** The notifications on show, as text. */
  notifications(): Promise<string[]> {
    return this.page.locator(".notification-list-item-message").allInnerTexts();
  }

  /** Switches the colour theme; resolves when the workbench shows it. */
  async setTheme(theme: Theme): Promise<void> {
    const { label, shows } = THEMES[theme];
    if (await this.page.locator(`.monaco-workbench.${shows}`).isVisible()) return;
    await this.chooseTheme(label);
    await this.page.locator(`.monaco-workbench.${shows}`).waitFor();
  }

  /** Switches to the colour theme that the theme picker calls `label`. */
  async chooseTheme(label: string): Promise<void> {
    const openPicker = async (): Promise<void> => {
      await this.runCommand("Preferences: Color Theme");
      await this.page.locator(".quick-input-widget input[placeholder*='Theme']").waitFor();
    };
    await this.pickAfter(openPicker, label, label);
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  /** Takes a picture of the window into out/screenshots; returns its path. */
  async screenshot(name: string): Promise<string> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    const file = path.join(SCREENSHOTS, `${name}.png`);
    await this.page.screenshot({ path: file, animations: "disabled" });
    return file;
  }

  /** Takes one picture a theme: `<name>-light.png`, `<name>-dark.png`, `<name>-high-contrast.png`. */
  async screenshotThemes(name: string, themes: Theme[] = ["light", "dark", "high-contrast"]): Promise<void> {
    for (const theme of themes) {
      await this.setTheme(theme);
      await this.screenshot(`${name}-${theme}`);
    }
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
  }
}
