/** The arrows between rooms: they point one way, and this file holds them there. */
const room = (name) => `^src/${name}/`;
module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "core-is-alone",
      severity: "error",
      from: { path: room("core") },
      to: { path: "^(src/(engine|editor|cli)|webview)/|^src/extension" },
    },
    {
      name: "core-is-pure",
      severity: "error",
      from: { path: room("core") },
      to: {
        path: "vscode|onnxruntime|@huggingface/transformers|^d3",
        dependencyTypes: ["npm", "npm-dev", "npm-no-pkg", "unknown", "undetermined", "core"],
      },
    },
    { name: "core-without-node", severity: "error", from: { path: room("core") }, to: { dependencyTypes: ["core"] } },
    {
      name: "engine-knows-core-only",
      severity: "error",
      from: { path: room("engine") },
      to: { path: "^(src/(editor|cli)|webview)/|^src/extension" },
    },
    {
      name: "editor-reaches-engine-through-its-api",
      severity: "error",
      from: { path: room("editor") },
      to: { path: "^(src/(engine|cli)|webview)/" },
    },
    {
      name: "cli-knows-core-and-engine",
      severity: "error",
      from: { path: room("cli") },
      to: { path: "^(src/editor|webview)/|^src/extension" },
    },
    { name: "webview-knows-core-only", severity: "error", from: { path: "^webview/" }, to: { path: "^src/(?!core/)" } },
    {
      name: "only-the-editor-imports-vscode",
      severity: "error",
      from: { pathNot: "^src/(editor/|extension)" },
      to: { path: "^vscode$" },
    },
    { name: "nobody-imports-the-composition-root", severity: "error", from: {}, to: { path: "^src/extension" } },
    {
      name: "nobody-imports-the-editor-but-the-root",
      severity: "error",
      from: { pathNot: "^src/(editor/|extension)" },
      to: { path: room("editor") },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default"] },
  },
};
