// npm run test:pictures: the views and stories in every theme, as the pictures of the documents are taken; `npm test` looks
// at each in one theme.
import { runMain } from "./childProcesses.mjs";
import { runE2eTests } from "./nodeSuites.mjs";
import { buildBundles } from "./project.mjs";
import { printSummary } from "./suiteResult.mjs";

await runMain(async () => {
  await buildBundles();
  process.env.PICTURES = "all";
  return printSummary([await runE2eTests({ files: ["sampleTraces", "stories"] })]);
});
