// npm run samples: records the sample traces of media/traces by real runs of the included models on media/samples.
// One file a strategy, named after it; a strategy that no included model runs is left out and said.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = path.join(root, "media", "traces");

/** What strategies are recorded from that ask for nothing else. */
const USUAL = { prompt: "cups.prompty" };
const { strategies } = JSON.parse(readFileSync(path.join(root, "src/core/catalogue.generated.json"), "utf8"));

const draft = mkdtempSync(path.join(tmpdir(), "thoughtlens-traces-"));
const recorded = new Map();
// One at a time: a strategy that cannot run must not take the others with it.
for (const { id, sample = USUAL } of strategies) {
  const options = Object.entries(sample.options ?? {}).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  record(sample.prompt, id, options);
}
if (recorded.size === 0) {
  process.stderr.write("Nothing could be recorded: build the command line and the models first.\n");
  process.exit(1);
}
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const [strategy, trace] of recorded) {
  writeFileSync(path.join(target, `${strategy}.thoughts.jsonl`), trace);
  process.stdout.write(`${strategy}.thoughts.jsonl\n`);
}
rmSync(draft, { recursive: true, force: true });
// What was recorded is listed and drawn, so that neither lags behind.
const described = spawnSync(process.execPath, ["--import", "tsx", "bench/describeSamples.ts"], {
  cwd: root,
  stdio: "inherit",
});
process.exitCode = described.status ?? 1;

function record(sample, strategy, strategyOptions) {
  const out = path.join(draft, strategy);
  const command = ["bin/thoughtlens.mjs", "run", path.join("media", "samples", sample)];
  const chosen = strategyOptions.flatMap((option) => ["--option", option]);
  const options = ["--model", "pocket", "--strategy", strategy, ...chosen, "--out", out];
  const { stderr } = spawnSync(process.execPath, [...command, ...options], { cwd: root, encoding: "utf8" });
  const traces = readTraces(out);
  // A sample file may hold several prompts: the first that was answered right is shown.
  const best =
    traces.find((trace) => /"correct":true/.test(trace.split("\n").findLast((line) => line !== ""))) ?? traces[0];
  if (best) recorded.set(strategy, best);
  else process.stderr.write(`${strategy} was left out: ${stderr.trim().split("\n").at(-1)}\n`);
}

function readTraces(folder) {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".thoughts.jsonl"))
      .map((name) => readFileSync(path.join(folder, name), "utf8"));
  } catch {
    return [];
  }
}
