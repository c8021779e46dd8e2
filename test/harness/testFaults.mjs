// npm run test:faults: the whole form of the suite of faults, with as many kills as it promises. `npm test` runs a short one.
import { runMain } from "./childProcesses.mjs";
import { runFaultTests } from "./nodeSuites.mjs";
import { buildBundles } from "./project.mjs";
import { printSummary } from "./suiteResult.mjs";

await runMain(async () => {
  await buildBundles();
  process.env.FAULTS = "all";
  return printSummary([await runFaultTests({ files: process.argv.slice(2) })]);
});
