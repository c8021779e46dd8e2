import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { strFromU8, unzipSync } from "fflate";
import { HarnessError } from "./childProcesses.mjs";
import { binariesOf } from "./packageTargets.mjs";

const REQUIRED = [
  "package.json",
  "package.nls.json",
  "package.nls.zh-cn.json",
  "l10n/bundle.l10n.zh-cn.json",
  "readme.md",
  "changelog.md",
  "LICENSE.txt",
  "dist/extension.cjs",
  "dist/importWorker.cjs",
  "dist/background.cjs",
  "dist/watchdog.cjs",
  "dist/engine.cjs",
  "dist/cli.cjs",
  "dist/webview.js",
  "dist/webview.css",
  "dist/strategyOptions.schema.json",
  "dist/ThirdPartyNotices.txt",
  "media/icon.png",
  "media/samples/stories.prompt.md",
  "node_modules/onnxruntime-node/dist/index.js",
  "node_modules/onnxruntime-common/dist/cjs/index.js",
  // Without it Node takes the CommonJS files beside it for ES modules.
  "node_modules/onnxruntime-common/dist/cjs/package.json",
];

/** What only a package with an engine needs. */
const REQUIRED_TO_RUN = ["models/pocket/base/onnx/model.onnx"];

/** Of a package, whichever its target. */
const MOST_MEGABYTES = 45;

const ROOT = "extension/";
const BUNDLE = /^extension\/dist\/[^/]+\.cjs$/;
const PART = /\brequire\("\.\/([^"/]+\.cjs)"\)/g;
const UNWANTED = /\.(ts|map|py)$|^(test|src|webview|out|training|bench)\//;

/** Throws unless a package holds what its target needs and nothing else; returns a line with its size. */
export function checkPackage(file, target) {
  const contents = filesIn(file);
  const names = [...contents.keys()];
  const binaries = binariesOf(target);
  const missing = [...REQUIRED, ...(target ? REQUIRED_TO_RUN : []), ...partsOf(contents), ...binaries].filter(
    (name) => !names.includes(name),
  );
  const foreign = names.filter((name) => name.includes("/bin/napi-v6/") && !binaries.includes(name));
  const surplus = [...foreign, ...names.filter((name) => UNWANTED.test(name))];
  const base = path.basename(file);
  if (missing.length > 0) throw new HarnessError(`${base} lacks ${missing.join(", ")}: see .vscodeignore.`);
  if (surplus.length > 0) throw new HarnessError(`${base} should not hold ${surplus.join(", ")}: see .vscodeignore.`);
  const size = statSync(file).size / 1e6;
  if (size > MOST_MEGABYTES) throw new HarnessError(`${base} has ${size.toFixed(1)} MB, more than ${MOST_MEGABYTES}.`);
  return `${base}: ${names.length} files, ${size.toFixed(1)} MB`;
}

/** The names of a package's files, from its root; of bundles with their text. */
function filesIn(file) {
  const names = [];
  const bundles = unzipSync(readFileSync(file), {
    filter: ({ name }) => {
      if (name.startsWith(ROOT) && !name.endsWith("/")) names.push(name.slice(ROOT.length));
      return BUNDLE.test(name);
    },
  });
  return new Map(names.map((name) => [name, strFromU8(bundles[ROOT + name] ?? new Uint8Array())]));
}

/** The files that bundles were divided into, by what they ask for. */
function partsOf(contents) {
  const parts = [...contents.values()].flatMap((text) => [...text.matchAll(PART)].map(([, name]) => `dist/${name}`));
  return [...new Set(parts)];
}
