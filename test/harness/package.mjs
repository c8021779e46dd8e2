// npm run package: the .vsix of this machine's platform, into out/packages.
//   npm run package -- --target win32-x64    of another platform
//   npm run package -- --all                 of every platform, and one without an engine for all others
import { mkdirSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { runMain } from "./childProcesses.mjs";
import { buildBundles, installDependencies, root } from "./project.mjs";

await runMain(async () => {
  const { values } = parseArgs({ options: { target: { type: "string" }, all: { type: "boolean" } } });
  await installDependencies();
  await buildBundles({ production: true });
  const { ownTarget, packageFor, targetsWithEngine } = await import("./packageTargets.mjs");
  const { checkPackage } = await import("./packageContents.mjs");
  const folder = path.join(root, "out", "packages");
  mkdirSync(folder, { recursive: true });
  const targets = values.all ? [...targetsWithEngine(), undefined] : [values.target ?? ownTarget];
  for (const target of targets) {
    const file = await packageFor(target, folder);
    process.stdout.write(`${checkPackage(file, target)}\n`);
  }
});
