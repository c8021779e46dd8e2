// npm run test:vsix: the integration tests against the installed package, in place of the source folder.
//   npm run test:vsix -- path/to/some.vsix    a package that is there already
import { parseArgs } from "node:util";
import { runMain } from "./childProcesses.mjs";
import { buildBundles, installDependencies } from "./project.mjs";
import { printSummary } from "./suiteResult.mjs";
import { temporaryFolder } from "./temporaryFolder.mjs";

await runMain(async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { grep: { type: "string" } } });
  await installDependencies();
  const vsix = positionals[0] ?? (await freshPackage());
  const { runIntegrationTests } = await import("./integrationSuite.mjs");
  return printSummary([await runIntegrationTests({ grep: values.grep, vsix })]);
});

async function freshPackage() {
  await buildBundles({ production: true });
  const { ownTarget, packageFor } = await import("./packageTargets.mjs");
  const { checkPackage } = await import("./packageContents.mjs");
  const file = await packageFor(ownTarget, temporaryFolder("package"));
  process.stderr.write(`${checkPackage(file, ownTarget)}\n`);
  return file;
}
