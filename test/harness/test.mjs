// npm test: installs what is missing, builds, runs every suite and ends with the line `N passed, N failed`.
//   npm test -- --only unit,e2e      some of the suites
//   npm test -- --grep "early exit"  tests whose title contains the text
//   npm test -- --no-build           with the bundles in dist/ as they are
//   npm test -- segment panel        test files whose path contains one of the words
import { parseArgs } from "node:util";
import { HarnessError, progress, runMain } from "./childProcesses.mjs";
import { buildBundles, installDependencies } from "./project.mjs";
import { plantKey } from "./plantedKey.mjs";
import { NOTHING_RAN, printSummary } from "./suiteResult.mjs";

// Loaded when it is their turn: they need the dependencies that this script installs.
const SUITES = {
  unit: async (selection) => (await import("./nodeSuites.mjs")).runUnitTests(selection),
  cases: async (selection) => (await import("./nodeSuites.mjs")).runCases(selection),
  faults: async (selection) => (await import("./nodeSuites.mjs")).runFaultTests(selection),
  integration: async (selection) => (await import("./integrationSuite.mjs")).runIntegrationTests(selection),
  e2e: async (selection) => (await import("./nodeSuites.mjs")).runE2eTests(selection),
};

await runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: "string" }, grep: { type: "string" }, "no-build": { type: "boolean" } },
  });
  const names = values.only?.split(",") ?? Object.keys(SUITES);
  const unknown = names.find((name) => !Object.hasOwn(SUITES, name));
  if (unknown)
    throw new HarnessError(`There is no suite "${unknown}": --only takes ${Object.keys(SUITES).join(", ")}.`);
  plantKey();
  await installDependencies();
  // In CI everything that has an editor is tried on the package that people install.
  const isWhole = process.env.CI !== undefined && values.only === undefined && values.grep === undefined;
  const wantsPackage = isWhole && positionals.length === 0 && !values["no-build"];
  if (!values["no-build"]) await buildBundles({ production: wantsPackage });
  if (wantsPackage) await (await import("./packageUnderTest.mjs")).testPackage();
  const results = [];
  for (const name of names) {
    progress(`Running the ${name} tests`);
    results.push(await runSuite(name, { grep: values.grep, files: positionals, whole: values.only !== undefined }));
  }
  return printSummary(results);
});

async function runSuite(name, selection) {
  try {
    const result = await SUITES[name](selection);
    const selective = selection.grep !== undefined || selection.files.length > 0;
    // A selection may well leave nothing of a suite.
    return selective && result.problem === NOTHING_RAN ? { ...result, failed: 0 } : result;
  } catch (error) {
    const problem = error instanceof HarnessError ? error.message : error.stack;
    progress(`The ${name} tests could not run: ${problem}`);
    return { suite: name, passed: 0, failed: 1, pending: 0, seconds: 0, problem };
  }
}
