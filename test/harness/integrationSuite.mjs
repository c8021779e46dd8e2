import { writeFileSync } from "node:fs";
import path from "node:path";
import { runInExtensionHost } from "./extensionHostRun.mjs";
import { bundleIntegrationTests } from "./integrationBundle.mjs";
import { packageUnderTest } from "./packageUnderTest.mjs";
import { root } from "./project.mjs";
import { copySamples } from "./sampleWorkspace.mjs";
import { readResult } from "./suiteResult.mjs";
import { temporaryFolder } from "./temporaryFolder.mjs";

/**
 * Integration tests: mocha inside a real extension host. Where a package is under test, they run against it as it is
 * installed, in place of the source folder.
 */
export async function runIntegrationTests({ grep, files } = {}) {
  const vsix = packageUnderTest();
  const startedAt = Date.now();
  const { output, reason } = await runInExtensionHost({
    workspace: copySamples(),
    extension: vsix ? emptyExtension() : root,
    entry: await bundleIntegrationTests(files),
    vsix: vsix ? [vsix] : [],
    env: testEnvironment(grep),
  });
  return readResult("integration", output, startedAt, reason);
}

/** What the test entry reads in the extension host. */
export function testEnvironment(grep) {
  return grep ? { THOUGHTLENS_TEST_GREP: grep } : {};
}

// Tests run only in a workbench with an extension under development; this one leaves the stage to the installed one.
function emptyExtension() {
  const folder = temporaryFolder("empty-extension");
  const manifest = { name: "empty", publisher: "thoughtlens-tests", version: "0.0.0", engines: { vscode: "*" } };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
  return folder;
}
