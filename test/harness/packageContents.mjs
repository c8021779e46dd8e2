import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { unzipSync } from "fflate";
import { HarnessError } from "./childProcesses.mjs";
import { binariesOf } from "./packageTargets.mjs";

const REQUIRED = [
  "package.json",
  "package.nls.json",
  "readme.md",
  "changelog.md",
  "LICENSE.txt",
  "dist/extension.cjs",
  "dist/importWorker.cjs",
  "dist/engine.cjs",
  "dist/webview.js",
  "dist/webview.css",
  "dist/strategyOptions.schema.json",
  "dist/ThirdPartyNotices.txt",
  "media/icon.png",
  "media/samples/stories.prompt.md",
  "models/pocket/base/onnx/model.onnx",
  "node_modules/onnxruntime-node/dist/index.js",
  "node_modules/onnxruntime-common/dist/cjs/index.js",
  // Without it Node takes the CommonJS files beside it for ES modules.
  "node_modules/onnxruntime-common/dist/cjs/package.json",
];

const UNWANTED = /\.(ts|map|py)$|^(test|src|webview|out|training|bench)\//;

/** Throws unless a package holds what its target needs and nothing else; returns a line with its size. */
export function checkPackage(file, target) {
  const names = namesIn(file);
  const binaries = binariesOf(target);
  const missing = [...REQUIRED, ...binaries].filter((name) => !names.includes(name));
  const foreign = names.filter((name) => name.includes("/bin/napi-v6/") && !binaries.includes(name));
  const surplus = [...foreign, ...names.filter((name) => UNWANTED.test(name))];
  const base = path.basename(file);
  if (missing.length > 0) throw new HarnessError(`${base} lacks ${missing.join(", ")}: see .vscodeignore.`);
  if (surplus.length > 0) throw new HarnessError(`${base} should not hold ${surplus.join(", ")}: see .vscodeignore.`);
  return `${base}: ${names.length} files, ${(statSync(file).size / 1e6).toFixed(1)} MB`;
}

function namesIn(file) {
  const names = [];
  unzipSync(readFileSync(file), {
    filter: ({ name }) => {
      if (name.startsWith("extension/") && !name.endsWith("/")) names.push(name.slice("extension/".length));
      return false;
    },
  });
  return names;
}
