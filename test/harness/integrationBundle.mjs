import { rmSync } from "node:fs";
import path from "node:path";
import { root } from "./project.mjs";
import { testFiles } from "./nodeSuites.mjs";

/**
 * Bundles the integration tests for the extension host, which loads CommonJS; returns the path of the entry.
 * `vscode` exists only there, and mocha does not survive bundling: both stay outside.
 */
export async function bundleIntegrationTests(files) {
  const { build } = await import("esbuild");
  const outdir = path.join(root, "out", "test", "integration");
  rmSync(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: ["test/integration/index.ts", ...testFiles("integration", files)],
    outbase: "test/integration",
    outdir,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    sourcemap: "inline",
    external: ["vscode", "mocha", "onnxruntime-node"],
    define: { "import.meta.url": "importMetaUrl" },
    banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
    logLevel: "warning",
  });
  return path.join(outdir, "index.cjs");
}
