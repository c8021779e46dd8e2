// npm run test:vsix: what has an editor, against the package in place of the source folder: the extension host, the workbench.
//   npm run test:vsix -- path/to/some.vsix    a package that is there already
import path from "node:path";
import { parseArgs } from "node:util";
import { runMain } from "./childProcesses.mjs";
import { buildBundles, installDependencies } from "./project.mjs";
import { printSummary } from "./suiteResult.mjs";

await runMain(async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { grep: { type: "string" } } });
  await installDependencies();
  if (positionals[0]) process.env.THOUGHTLENS_TEST_PACKAGE = path.resolve(positionals[0]);
  else {
    await buildBundles({ production: true });
    const { testPackage } = await import("./packageUnderTest.mjs");
    await testPackage();
  }
  const { runIntegrationTests } = await import("./integrationSuite.mjs");
  const { runE2eTests } = await import("./nodeSuites.mjs");
  const selection = { grep: values.grep, files: [], whole: true };
  return printSummary([await runIntegrationTests(selection), await runE2eTests(selection)]);
});
