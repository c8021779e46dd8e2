/**
 * Builds the bundles: extension host, its threads, engine and command line, webview. What engine and command line
 * share, and libraries that they seldom need, are files of their own beside them. `--watch` keeps building.
 */
import { context, transform } from "esbuild";
import { copyFile, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";

const { watch, production, into } = parseArgs({
  options: {
    watch: { type: "boolean", default: false },
    /** Small, and without maps. */
    production: { type: "boolean", default: false },
    /** The folder that is written. */
    into: { type: "string", default: "dist" },
  },
}).values;
const TARGET = "node20";

/** Parts of libraries that are never reached: images and a browser's runtime of transformers.js, downloads of TensorFlow.js. */
const withoutUnreachable = {
  name: "without-unreachable",
  setup(build) {
    build.onResolve({ filter: /^(sharp|onnxruntime-web(\/.*)?|node-fetch)$/ }, (args) => ({
      path: args.path,
      namespace: "absent",
    }));
    build.onLoad({ filter: /.*/, namespace: "absent" }, () => ({ contents: "module.exports = {};", loader: "js" }));
  },
};

/** TensorFlow.js as ES modules, of which only what is used is bundled. */
const tensorFlowInParts = {
  name: "tensorflow-in-parts",
  setup(build) {
    build.onResolve({ filter: /^@tensorflow\/tfjs-core$/ }, ({ resolveDir }) =>
      build.resolve("@tensorflow/tfjs-core/dist/index.js", { kind: "import-statement", resolveDir }),
    );
  },
};

/** The native runtime is loaded where the code asks for it: as an import of a module it would be loaded before all else. */
const nativeInOrder = {
  name: "native-in-order",
  setup(build) {
    build.onResolve({ filter: /^onnxruntime-node$/ }, ({ namespace }) =>
      namespace === "native" ? { external: true } : { path: "onnxruntime-node", namespace: "native" },
    );
    build.onLoad({ filter: /.*/, namespace: "native" }, () => ({
      contents: 'module.exports = require("onnxruntime-node");',
    }));
  },
};

// Libraries written as ES modules ask for import.meta.url; a CommonJS file answers with its own place.
const OWN_PLACE = 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;';

const node = {
  bundle: true,
  platform: "node",
  target: TARGET,
  minify: production,
  external: ["vscode"],
  plugins: [withoutUnreachable, tensorFlowInParts, nativeInOrder],
  logLevel: watch ? "info" : "warning",
  define: { "import.meta.url": "importMetaUrl" },
};

const whole = { ...node, format: "cjs", sourcemap: production ? false : "linked", banner: { js: OWN_PLACE } };

/** What two entries share, and what is imported when it is needed, in files of their own: `PREFIX-NAME-HASH.cjs`. */
const inParts = (entryPoints, prefix) => ({
  ...node,
  entryPoints,
  outdir: into,
  outExtension: { ".js": ".cjs" },
  chunkNames: `${prefix}-[name]-[hash]`,
  splitting: true,
  format: "esm",
  sourcemap: production ? false : "inline",
  write: false,
  plugins: [...node.plugins, asCommonJs(prefix)],
});

/** Only ES modules are built in parts; then they are written as the CommonJS that every editor and the command line load. */
function asCommonJs(prefix) {
  return {
    name: "as-commonjs",
    setup(build) {
      build.onEnd(async ({ outputFiles, errors, metafile }) => {
        if (errors.length > 0) return;
        const names = reachable(metafile);
        for (const { path: file, text } of outputFiles.filter((each) => names.has(path.basename(each.path)))) {
          const { code, map } = await transform(text, {
            format: "cjs",
            platform: "node",
            target: TARGET,
            minify: production,
            sourcefile: path.basename(file),
            sourcemap: production ? false : "external",
            supported: { "dynamic-import": false },
            banner: OWN_PLACE,
            logOverride: { "empty-import-meta": "silent" },
          });
          await writeFile(file, production ? code : `${code}//# sourceMappingURL=${path.basename(file)}.map\n`);
          if (!production) await writeFile(`${file}.map`, map);
        }
        await removeOthers(names);
      });
    },
  };

  /** Parts of an earlier build, whose names hold another hash. */
  async function removeOthers(written) {
    const parts = (await readdir(into)).filter((name) => name.startsWith(`${prefix}-`));
    const others = parts.filter((name) => !written.has(name.replace(/\.map$/, "")));
    await Promise.all(others.map((name) => rm(path.join(into, name))));
  }
}

/** Names of the files that a build is made of. What only dropped code would have imported is built as well, and left out. */
function reachable({ outputs }) {
  const found = new Set();
  const visit = (output) => {
    if (!outputs[output] || found.has(output)) return;
    found.add(output);
    for (const { path: imported } of outputs[output].imports) visit(imported);
  };
  for (const [output, { entryPoint }] of Object.entries(outputs)) if (entryPoint?.startsWith("src/")) visit(output);
  return new Set([...found].map((output) => path.basename(output)));
}

const bundles = [
  // The host reads at its start what activation needs, and no more.
  inParts({ extension: "src/extension.ts" }, "extension"),
  { ...whole, entryPoints: ["src/editor/files/importWorker.ts"], outfile: `${into}/importWorker.cjs` },
  { ...whole, entryPoints: ["src/background/worker.ts"], outfile: `${into}/background.cjs` },
  { ...whole, entryPoints: ["src/engine/watchdog/watchdogThread.ts"], outfile: `${into}/watchdog.cjs` },
  inParts({ engine: "src/engine/main.ts", cli: "src/cli/main.ts" }, "engine"),
  {
    entryPoints: ["webview/main.ts"],
    outfile: `${into}/webview.js`,
    bundle: true,
    platform: "browser",
    target: "chrome120",
    format: "iife",
    sourcemap: production ? false : "linked",
    minify: production,
    logLevel: watch ? "info" : "warning",
  },
];

await mkdir(into, { recursive: true });
// Published in the package: the one so that other tools can write traces, the other for the editor of settings.
for (const schema of ["src/core/trace/trace.schema.json", "src/engine/catalogue/strategyOptions.schema.json"]) {
  await copyFile(schema, path.join(into, path.basename(schema)));
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
  await writeFile(path.join(into, "bundled.json"), `${JSON.stringify([...bundled].sort())}\n`);
}
