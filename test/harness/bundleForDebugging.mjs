// Builds the extension and its integration tests, for the launch configuration that debugs them.
import { runMain } from "./childProcesses.mjs";
import { bundleIntegrationTests } from "./integrationBundle.mjs";
import { buildBundles } from "./project.mjs";

await runMain(async () => {
  await buildBundles();
  await bundleIntegrationTests();
});
