#!/usr/bin/env node
// The command line is a bundle; a fresh checkout builds it once.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bundle = `${root}dist/cli.cjs`;
if (!existsSync(bundle)) {
  const built = spawnSync(process.execPath, ["esbuild.config.mjs"], { cwd: root, stdio: ["ignore", 2, 2] });
  if (built.status !== 0) {
    process.stderr.write("thoughtlens: the build failed. Run `npm ci` in the project folder and try again.\n");
    process.exit(1);
  }
}
createRequire(import.meta.url)(bundle);
