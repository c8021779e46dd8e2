/**
 * Code that nobody uses. Entries with an exclamation mark are what people run; the others are tests. `knip --production`
 * leaves tests out, so that code which only a test keeps alive is found as well.
 */
export default {
  entry: [
    "bin/*.mjs!",
    "src/extension.ts!",
    "src/cli/main.ts!",
    "src/engine/main.ts!",
    "src/editor/files/importWorker.ts!",
    "webview/main.ts!",
    "bench/*.{ts,mjs}!",
    "bench/store/openTrace.ts!",
    "test/harness/{generate,generated}.ts!",
    "test/harness/docsCheck.ts",
    "test/harness/*.mjs",
    "test/unit/**/*.test.ts",
    "test/integration/**/*.ts",
    "test/cases/tools/{reader,show}.mts",
    "test/e2e/**/*.ts",
    "test/hub/*.test.ts",
    "test/server/*.test.ts",
    "test/faults/*.test.ts",
    "test/faults/programs/*.ts",
    "test/faults/preload/*.cjs",
  ],
  project: ["src/**/*.ts!", "webview/**/*.ts!", "bench/**/*.ts!", "test/**/*.{ts,mts,mjs}", "*.mjs"],
  ignoreDependencies: ["axe-core"],
  // Tools of the system that tests need, which say so where they are not there.
  ignoreBinaries: ["mkfifo", "unshare"],
  // What its own file uses is no dead code, even where only a test imports it as well.
  ignoreExportsUsedInFile: process.argv.includes("--production"),
};
