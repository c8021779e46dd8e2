// npm run test:desktop: the integration tests in a desktop VS Code, which @vscode/test-electron downloads.
//   npm run test:desktop -- --grep "early exit"
//   npm run test:desktop -- --vscode /path/to/code     a VS Code that is there already
import path from "node:path";
import { parseArgs } from "node:util";
import { HarnessError, progress, runCommand, runMain } from "./childProcesses.mjs";
import { REPORT_MARK } from "./extensionHostRun.mjs";
import { bundleIntegrationTests } from "./integrationBundle.mjs";
import { testEnvironment } from "./integrationSuite.mjs";
import { buildBundles, installDependencies, root } from "./project.mjs";
import { copySamples } from "./sampleWorkspace.mjs";
import { printSummary, readResult } from "./suiteResult.mjs";
import { temporaryFolder } from "./temporaryFolder.mjs";

await runMain(async () => {
  const { values } = parseArgs({ options: { grep: { type: "string" }, vscode: { type: "string" } } });
  await installDependencies();
  await buildBundles();
  const vscode = values.vscode ?? (await downloadVscode());
  const startedAt = Date.now();
  const args = desktopArguments(copySamples(), await bundleIntegrationTests());
  const env = { ...process.env, ...testEnvironment(values.grep) };
  delete env.ELECTRON_RUN_AS_NODE;
  const { code, output } = await runCommand(vscode, args, { env, timeoutMs: 15 * 60_000 });
  const report = reportIn(output);
  process.stderr.write(report);
  return printSummary([
    readResult("desktop", report, startedAt, `VS Code ended with code ${code}\n${output.slice(-2000)}`),
  ]);
});

async function downloadVscode() {
  if (process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    throw new HarnessError("There is no display for a desktop VS Code: use npm test, or run this under xvfb-run.");
  }
  const { downloadAndUnzipVSCode, SilentReporter } = await import("@vscode/test-electron");
  progress("Fetching the desktop VS Code (once)");
  try {
    return await downloadAndUnzipVSCode({
      cachePath: path.join(root, ".vscode-test"),
      reporter: new SilentReporter(),
    });
  } catch (error) {
    throw new HarnessError(
      `The desktop VS Code could not be downloaded (${error.message}): use npm test, which needs none.`,
    );
  }
}

function desktopArguments(workspace, entry) {
  const data = temporaryFolder("desktop");
  return [
    ...["--no-sandbox", "--disable-gpu-sandbox", "--disable-updates", "--skip-welcome", "--skip-release-notes"],
    ...["--disable-workspace-trust", "--disable-extensions"],
    `--user-data-dir=${path.join(data, "data")}`,
    `--extensions-dir=${path.join(data, "extensions")}`,
    `--extensionDevelopmentPath=${root}`,
    `--extensionTestsPath=${entry}`,
    workspace,
  ];
}

function reportIn(output) {
  const lines = output.split(/\r?\n/).filter((line) => line.includes(REPORT_MARK));
  return lines.map((line) => `${line.slice(line.indexOf(REPORT_MARK) + REPORT_MARK.length)}\n`).join("");
}
