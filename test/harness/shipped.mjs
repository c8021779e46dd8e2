// npm run shipped: every library that reaches people, with its version: what the last build has bundled, and what is shipped as it is.
import { readFileSync } from "node:fs";
import path from "node:path";
import { runMain } from "./childProcesses.mjs";
import { root } from "./project.mjs";
import { shippedFolders } from "./thirdPartyNotices.mjs";

await runMain(() => {
  for (const folder of shippedFolders(root)) {
    const { name, version } = JSON.parse(readFileSync(path.join(root, folder, "package.json"), "utf8"));
    process.stdout.write(`${name}@${version}\n`);
  }
});
