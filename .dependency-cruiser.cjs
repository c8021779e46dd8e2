/** The arrows between rooms: they point one way, and this file holds them there. */
const room = (name) => `^src/${name}/`;

/** Rooms of the webview, each with the rooms below it that it may use besides core and itself. */
const VIEWS = ["compare", "exits", "latents", "bench"];
const WEBVIEW_ROOMS = {
  dom: [],
  charts: ["dom"],
  shown: ["dom"],
  figures: ["dom", "charts", "shown"],
  parts: ["dom", "charts", "shown", "figures"],
  ...Object.fromEntries(VIEWS.map((view) => [view, ["dom", "charts", "shown", "figures", "parts"]])),
  shell: ["dom", "charts", "shown", "figures", "parts", ...VIEWS],
};
const webviewRules = Object.entries(WEBVIEW_ROOMS).map(([name, below]) => ({
  name: `webview-${name}-knows-only-what-is-below-it`,
  severity: "error",
  from: { path: `^webview/${name}/` },
  to: { path: "^webview/", pathNot: `^webview/(${[name, ...below].join("|")})/` },
}));

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
    ...webviewRules,
    {
      name: "webview-has-rooms-and-an-entry",
      comment: "Outside the rooms above stands only main.ts, and nothing imports it.",
      severity: "error",
      from: {},
      to: { path: "^webview/", pathNot: `^webview/(${Object.keys(WEBVIEW_ROOMS).join("|")})/` },
    },
    {
      name: "no-circles-in-the-webview",
      comment: "Not even of types.",
      severity: "error",
      from: { path: "^webview/" },
      to: { circular: true },
    },
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
