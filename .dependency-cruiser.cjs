/** The arrows between rooms: they point one way, and this file holds them there. */
const room = (name) => `^src/${name}/`;

/** Rooms of the webview, each with the rooms below it that it may use besides core and itself. */
const VIEWS = ["compare", "exits", "latents", "bench", "samples"];
const WEBVIEW_ROOMS = {
  dom: [],
  charts: ["dom"],
  shown: ["dom"],
  figures: ["dom", "charts", "shown"],
  parts: ["dom", "charts", "shown", "figures"],
  rendered: ["dom", "parts"],
  ...Object.fromEntries(VIEWS.map((view) => [view, ["dom", "charts", "shown", "figures", "parts", "rendered"]])),
  runs: ["dom", "charts", "parts"],
  shell: ["dom", "charts", "shown", "figures", "parts", ...VIEWS],
};
const webviewRules = Object.entries(WEBVIEW_ROOMS).map(([name, below]) => ({
  name: `webview-${name}-knows-only-what-is-below-it`,
  severity: "error",
  from: { path: `^webview/${name}/` },
  to: { path: "^webview/", pathNot: `^webview/(${[name, ...below].join("|")})/` },
}));

/**
 * Rooms of one folder from the ground up: each may use itself and the rooms before it. A file beside the rooms may use
 * them all; which files may stand there, `loose` says. `ground` are files that every room may use, wherever they stand.
 */
const floors = (folder, rooms, { loose = "(?!)", ground = "(?!)" } = {}) => [
  ...rooms.slice(0, -1).map((name, floor) => ({
    name: `${folder}: ${name} uses only what lies below it`,
    severity: "error",
    from: { path: `^${folder}/${name}/` },
    to: { path: `^${folder}/((${rooms.slice(floor + 1).join("|")})/|${loose})`, pathNot: `^${folder}/${ground}` },
  })),
  {
    name: `${folder}: every file stands in a room`,
    severity: "error",
    from: { path: `^${folder}/(?!(${rooms.join("|")})/|${loose}|${ground})` },
    to: {},
  },
];

/** A part of the project and the parts that it may use. */
const reaches = (name, from, to) => ({
  name,
  severity: "error",
  from: { path: from },
  to: { path: "^(src|webview|bench|test|training)/", pathNot: to },
});

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },

    reaches("core-is-alone", room("core"), room("core")),
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

    reaches("disk-knows-core-only", room("disk"), "^src/(core|disk)/"),
    // What is said of every strategy, and the error that crosses processes, are everybody's.
    ...floors(
      "src/core",
      ["jinja", "text", "trace", "measure", "exits", "votes", "formats", "prompt", "protocol", "whatIf"],
      {
        ground: "(catalogue\\.|protocol/rpc)",
      },
    ),

    reaches("engine-knows-core-and-disk-only", room("engine"), "^src/(core|disk|engine)/"),
    ...floors(
      "src/engine",
      [
        "watchdog",
        "net",
        "decoding",
        "files",
        "tokens",
        "backends",
        "models",
        "routing",
        "probes",
        "projection",
        "thinking",
        "strategies",
        "runs",
        "scoring",
        "branching",
        "training",
        "catalogue",
      ],
      // The instructions are data, which those who train the included models read as well.
      { loose: "(engine|main)\\.ts", ground: "strategies/prompts\\.json" },
    ),
    {
      name: "strategies-know-no-backend",
      comment: "They are written against a decoder and a model (decoding/), wherever it runs.",
      severity: "error",
      from: { path: "^src/engine/(probes|projection|thinking|strategies|runs|scoring|branching|training|catalogue)/" },
      to: { path: "^src/engine/(files|tokens|backends|models)/|node_modules/onnxruntime" },
    },
    {
      name: "models-open-backends",
      comment: "Everybody else gets one by its interface (decoding/model.ts).",
      severity: "error",
      from: { path: "^src/engine/(?!(backends|models)/|engine\\.ts)" },
      to: { path: "^src/engine/backends/" },
    },
    {
      name: "backends-know-no-other",
      severity: "error",
      from: { path: "^src/engine/backends/([^/]+)/" },
      to: { path: "^src/engine/backends/[^/]+/", pathNot: "^src/engine/backends/$1/" },
    },
    {
      name: "nobody-but-the-registry-and-its-kin-imports-a-strategy",
      comment: "Whoever needs one asks the registry; the training of probes of latents is for one strategy alone.",
      severity: "error",
      from: { path: "^src/(?!engine/(strategies|training)/)" },
      to: { path: "^src/engine/strategies/(?!index|strategy|prompts)" },
    },

    reaches("background-knows-core-only", room("background"), "^src/(core|background)/"),
    reaches("editor-reaches-engine-through-its-api", room("editor"), "^src/(core|disk|background|editor)/"),
    {
      name: "host-starts-without-the-formats",
      comment:
        "An editor that starts loads no reader of files: they are imported when a file is read, mostly in a thread.",
      severity: "error",
      from: { path: "^src/(editor/(?!files/importWorker)|extension\\.ts)" },
      to: {
        path: "^src/(core/formats/|disk/foreignFile)",
        dynamic: false,
        dependencyTypesNot: ["type-only"],
      },
    },
    ...floors("src/editor", [
      "host",
      "models",
      "store",
      "prompts",
      "probes",
      "runs",
      "panels",
      "files",
      "results",
      "bench",
      "commands",
    ]),

    reaches("cli-knows-core-and-engine", room("cli"), "^src/(core|disk|background|engine|cli)/"),
    reaches("the-root-composes-the-editor", "^src/extension", "^src/(core|background|editor)/"),
    reaches("webview-knows-core-only", "^webview/", "^(webview|src/core)/"),
    ...webviewRules,
    {
      name: "webview-has-rooms-and-an-entry",
      comment: "Outside the rooms above stands only main.ts, and nothing imports it.",
      severity: "error",
      from: {},
      to: { path: "^webview/", pathNot: `^webview/(${Object.keys(WEBVIEW_ROOMS).join("|")})/` },
    },

    {
      name: "only-the-editor-imports-vscode",
      severity: "error",
      from: { pathNot: "^(src/(editor/|extension)|test/integration/|bench/startupInHost)" },
      to: { path: "^vscode$" },
    },
    {
      name: "nobody-imports-the-composition-root",
      severity: "error",
      // What runs inside an extension host sees the extension as other extensions do.
      from: { pathNot: "^(test/integration/|bench/startupInHost)" },
      to: { path: "^src/extension" },
    },

    reaches("bench-measures-the-engine", "^bench/(?!startup|store)", "^(bench|src/(core|disk|engine)|test/harness)/"),
    reaches("bench-of-the-store-measures-it", "^bench/store", "^(bench|src/(core|disk|editor))/"),
    reaches("startup-bench-drives-an-editor", "^bench/startup", "^(bench|src/(extension|core/)|test/harness/)"),

    reaches(
      "harness-stands-by-itself",
      "^test/harness/",
      "^(test/harness/|src/(core|engine|cli)/|webview/charts/palette)",
    ),
    reaches("samples-of-traces-know-core-only", "^test/unit/samples/", "^(test/unit/samples|src/core)/"),
    reaches(
      "tests-of-faults-drive-the-bundles",
      "^test/faults/(?!programs/)",
      "^(test/(faults|harness)/|test/unit/onnx/(onnxProto|openEnded)|src/core/)",
    ),
    reaches(
      "programs-that-are-killed-are-hosts",
      "^test/faults/programs/",
      "^(test/faults/programs/|src/(core|disk|editor)/)",
    ),
    reaches(
      "tests-of-the-background-know-it",
      "^test/unit/background/",
      "^(test/unit/background|src/(core|background))/",
    ),
    reaches("tests-of-core-know-core", "^test/unit/core/", "^(test/unit/(core|samples)|src/core)/"),
    reaches(
      "tests-of-the-disk-know-no-process",
      "^test/unit/disk/",
      "^(test/unit/(core|disk|samples)|src/(core|disk))/",
    ),
    reaches(
      "tests-of-the-engine-know-no-editor",
      "^test/unit/(engine|onnx)/",
      "^(test/unit/(core|engine|onnx)|src/(core|engine))/",
    ),
    reaches(
      "tests-of-the-cli-know-no-editor",
      "^test/unit/cli/",
      "^(test/(unit/(core|engine|cli)|harness)|src/(core|background|engine|cli))/",
    ),
    reaches(
      "tests-of-the-editor-know-no-engine",
      "^test/unit/editor/",
      "^(test/unit/(core|editor|samples)|src/(core|disk|editor))/",
    ),
    reaches(
      "tests-of-the-webview-know-core-only",
      "^test/unit/webview/",
      "^(test/unit/(core|samples|webview)|webview|src/core)/",
    ),
    reaches(
      "tests-of-benches-know-no-editor",
      "^test/unit/bench/",
      "^(test/unit/(core|engine|bench)|bench|src/(core|engine))/",
    ),
    reaches(
      "integration-tests-drive-the-editor",
      "^test/integration/",
      "^(test/(integration|harness)/|src/(core/|disk/|editor/|extension))",
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // Figures of modules and folders that no rule here asks for take a sixth of the time.
    skipAnalysisNotInRules: true,
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default"] },
  },
};
