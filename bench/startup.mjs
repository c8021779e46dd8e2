// npm run bench:startup: activation and first token after Trace, each in fresh extension hosts.
//   npm run bench:startup -- --hosts 5    how many
//   npm run bench:startup -- --json       one object: { rows: [{ figure, median, all, target, met }] }
import { cpSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { HarnessError, progress, runMain } from "../test/harness/childProcesses.mjs";
import { runInExtensionHost } from "../test/harness/extensionHostRun.mjs";
import { buildBundles, root } from "../test/harness/project.mjs";
import { samplesFolder } from "../test/harness/sampleWorkspace.mjs";
import { temporaryFolder } from "../test/harness/temporaryFolder.mjs";

/** Name, how it is read from what a host printed, and the most it may be, in milliseconds. */
const FIGURES = [
  ["activation (load and activate)", ({ loadMs }) => [loadMs], 100],
  ["activate() alone", ({ activateMs }) => [activateMs], 100],
  ["first token after Trace, engine not started", ({ coldMs }) => [coldMs], undefined],
  ["first token after Trace, model loaded", ({ warmMs }) => warmMs, 1000],
];

await runMain(async () => {
  const { values } = parseArgs({
    options: { hosts: { type: "string", default: "3" }, json: { type: "boolean", default: false } },
  });
  await buildBundles();
  const entry = await bundleEntry();
  const hosts = [];
  for (let host = 1; host <= Number(values.hosts); host++) {
    progress(`Host ${host} of ${values.hosts}`);
    hosts.push(await measureInHost(entry));
  }
  const rows = FIGURES.map(([figure, read, target]) => {
    const all = hosts.flatMap(read).sort((a, b) => a - b);
    const median = all[Math.floor(all.length / 2)];
    return { figure, median, all, target: target ?? null, met: target === undefined ? null : median < target };
  });
  process.stdout.write(values.json ? `${JSON.stringify({ rows })}\n` : table(rows));
  return rows.some(({ met }) => met === false) ? 1 : 0;
});

async function measureInHost(entry) {
  // A workspace that does not activate the extension by what it contains.
  const workspace = temporaryFolder("startup");
  cpSync(path.join(samplesFolder, "stories.prompt.md"), path.join(workspace, "stories.prompt.md"));
  const { output, reason } = await runInExtensionHost({ workspace, extension: root, entry });
  const line = output.split("\n").find((each) => each.startsWith("{"));
  if (!line) throw new HarnessError(`Nothing was measured: ${reason}`);
  return JSON.parse(line);
}

/** The extension host loads CommonJS; the report of its entry is what a run leaves. */
async function bundleEntry() {
  const outfile = path.join(root, "out", "bench", "startupInHost.cjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["bench/startupInHost.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["vscode"],
    logLevel: "warning",
  });
  return outfile;
}

function table(rows) {
  const width = Math.max(...rows.map(({ figure }) => figure.length));
  const ms = (value) => `${value.toFixed(0)} ms`.padStart(9);
  const lines = rows.map(({ figure, median, all, target, met }) => {
    const verdict = target === null ? "" : `  (under ${target} ms: ${met ? "met" : "not met"})`;
    return `${figure.padEnd(width)} ${ms(median)}  ${ms(all[0])} – ${ms(all.at(-1)).trim()}${verdict}\n`;
  });
  return `${"".padEnd(width)} ${"median".padStart(9)}\n${lines.join("")}`;
}
