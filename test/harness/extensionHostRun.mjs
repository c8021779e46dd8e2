import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { launchChromium } from "./chromium.mjs";
import { root } from "./project.mjs";
import { startServer } from "./vscodeServer.mjs";

/** Before every line of the test entry, so that the log of the workbench around it can be left out. */
export const REPORT_MARK = "##| ";

/**
 * Opens `workspace` in a workbench whose extension host loads `extension` and runs `entry`. Resolves with
 * `{ output, reason }` when the host says it is done, dies or `timeoutMs` is over: output is the report of the tests,
 * reason says how the run ended. Judge by the report's last line: a host that died exits with 0, too.
 */
export async function runInExtensionHost({
  workspace,
  extension,
  entry,
  vsix = [],
  env = {},
  timeoutMs = 15 * 60_000,
}) {
  const server = await startServer({ testing: true, vsix, env });
  let browser;
  let timer;
  try {
    browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const log = new HostLog();
    const ended = deferred();
    await page.exposeFunction("codeAutomationExit", (code) =>
      ended.resolve(`the extension host ended with code ${code}`),
    );
    await page.exposeFunction("codeAutomationLog", (type, args) => log.add(type, args));
    page.on("crash", () => ended.resolve("the workbench's page crashed"));
    server.child.once("exit", () => ended.resolve("the VS Code server died"));
    timer = setTimeout(() => ended.resolve(`it did not end within ${timeoutMs / 60_000} minutes`), timeoutMs);
    const payload = [
      ["extensionDevelopmentPath", server.remoteUri(extension)],
      ["extensionTestsPath", server.remoteUri(entry)],
      ["skipWelcome", "true"],
    ];
    await page.goto(server.urlOf(workspace, payload), { timeout: 300_000 });
    const reason = await ended.promise;
    return { output: log.report, reason: `${reason} before the last test; its log is ${log.save()}` };
  } finally {
    clearTimeout(timer);
    await browser?.close();
    await server.stop();
  }
}

class HostLog {
  report = "";
  everything = [];

  add(type, args) {
    const [first] = args;
    if (typeof first === "string" && first.startsWith(REPORT_MARK)) {
      const line = `${first.slice(REPORT_MARK.length)}\n`;
      this.report += line;
      if (!line.startsWith("##END")) process.stderr.write(line);
      return;
    }
    this.everything.push(
      `[${type}] ${args.map((arg) => (typeof arg === "string" ? arg : JSON.stringify(arg))).join(" ")}`,
    );
  }

  /** Writes down what the workbench and the host said beside the report; returns the path of the file. */
  save() {
    const file = path.join(root, "out", "test", "extension-host.log");
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${this.everything.join("\n")}\n`);
    return path.relative(root, file);
  }
}

// Promise.withResolvers is younger than Node 20.
function deferred() {
  const result = {};
  result.promise = new Promise((resolve, reject) => Object.assign(result, { resolve, reject }));
  return result;
}
