// npm run test:fuzz [-- RUNS]: the property tests of everything that reads files, with 10 000 mutated files each, and a
// thousand texts of a megabyte in which one piece is repeated. A failure prints its seed and path; FUZZ_RUNS sets the
// number as well, FUZZ_SEED the seed.
import { runMain } from "./childProcesses.mjs";
import { runUnitTests } from "./nodeSuites.mjs";
import { printSummary } from "./suiteResult.mjs";

await runMain(async () => {
  process.env.FUZZ_RUNS ??= process.argv[2] ?? "10000";
  return printSummary([
    await runUnitTests({ files: ["formats/mutation", "core/traceFile", "prompt/promptFile", "pumping/"] }),
  ]);
});
