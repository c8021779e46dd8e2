/** Builds the five bundles: extension host, its import thread, engine, command line, webview. `--watch` keeps building. */
import { context } from "esbuild";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";

const watch = process.argv.includes("--watch");
const production = process.argv.includes("--production");

/** transformers.js carries an image library and a browser runtime that text models never touch. */
const withoutImagesAndWasm = {
  name: "without-images-and-wasm",
  setup(build) {
    build.onResolve({ filter: /^(sharp|onnxruntime-web(\/.*)?)$/ }, (args) => ({
      path: args.path,
      namespace: "absent",
    }));
    build.onLoad({ filter: /.*/, namespace: "absent" }, () => ({ contents: "module.exports = {};", loader: "js" }));
  },
};

const node = {
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  sourcemap: production ? false : "linked",
  minify: production,
  external: ["vscode", "onnxruntime-node"],
  plugins: [withoutImagesAndWasm],
  logLevel: watch ? "info" : "warning",
  // Libraries written as ES modules ask for import.meta.url; a CommonJS bundle answers with its own place.
  define: { "import.meta.url": "importMetaUrl" },
  banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
};

const bundles = [
  { ...node, entryPoints: ["src/extension.ts"], outfile: "dist/extension.cjs" },
  { ...node, entryPoints: ["src/editor/files/importWorker.ts"], outfile: "dist/importWorker.cjs" },
  { ...node, entryPoints: ["src/background/worker.ts"], outfile: "dist/background.cjs" },
  { ...node, entryPoints: ["src/engine/watchdog/watchdogThread.ts"], outfile: "dist/watchdog.cjs" },
  { ...node, entryPoints: ["src/engine/main.ts"], outfile: "dist/engine.cjs" },
  { ...node, entryPoints: ["src/cli/main.ts"], outfile: "dist/cli.cjs" },
  {
    entryPoints: ["webview/main.ts"],
    outfile: "dist/webview.js",
    bundle: true,
    platform: "browser",
    target: "chrome120",
    format: "iife",
    sourcemap: production ? false : "linked",
    minify: production,
    logLevel: watch ? "info" : "warning",
  },
].filter((bundle) => existsSync(bundle.entryPoints[0]));

await mkdir("dist", { recursive: true });
// Published in the package: the one so that other tools can write traces, the other for the editor of settings.
for (const schema of ["src/core/trace/trace.schema.json", "src/engine/strategies/strategyOptions.schema.json"]) {
  await copyFile(schema, path.join("dist", path.basename(schema)));
}
const contexts = await Promise.all(bundles.map((bundle) => context({ ...bundle, metafile: true })));
if (watch) await Promise.all(contexts.map((each) => each.watch()));
else {
  const results = await Promise.all(contexts.map((each) => each.rebuild()));
  await Promise.all(contexts.map((each) => each.dispose()));
  // What of other people's is in the bundles: the licence notices of the package are made from this.
  const outputs = results.flatMap(({ metafile }) => Object.values(metafile.outputs));
  const parts = outputs.flatMap(({ inputs }) => Object.entries(inputs));
  const bundled = new Set(parts.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])));
  await writeFile("dist/bundled.json", `${JSON.stringify([...bundled].sort())}\n`);
}
