// npm run stories: records the guided stories of media/stories by real runs of the included models on media/samples.
// One file a story with its runs in order, as stories.json lists them.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = path.join(root, "media", "stories");
const stories = JSON.parse(readFileSync(path.join(folder, "stories.json"), "utf8"));

for (const story of stories) {
  const out = mkdtempSync(path.join(tmpdir(), "thoughtlens-story-"));
  const options = Object.entries(story.options).flatMap(([name, value]) => [
    "--option",
    `${name}=${JSON.stringify(value)}`,
  ]);
  const command = ["bin/thoughtlens.mjs", "compare", path.join("media", "samples", story.prompt), "--model", "pocket"];
  const { status, stderr } = spawnSync(
    process.execPath,
    [...command, "--strategies", story.strategies.join(","), ...options, "--out", out],
    { cwd: root, encoding: "utf8" },
  );
  const runs = readdirSync(out)
    .filter((name) => name.endsWith(".thoughts.jsonl"))
    .map((name) => readFileSync(path.join(out, name), "utf8"));
  rmSync(out, { recursive: true });
  const strategyOf = (run) => JSON.parse(run.slice(0, run.indexOf("\n"))).strategy;
  const inOrder = story.strategies.map((id) => runs.find((run) => strategyOf(run) === id));
  if (status !== 0 || inOrder.includes(undefined)) {
    process.stderr.write(`${story.id} could not be recorded: ${stderr.trim().split("\n").at(-1)}\n`);
    process.exit(1);
  }
  writeFileSync(path.join(folder, `${story.id}.thoughts.jsonl`), inOrder.join(""));
  process.stdout.write(`${story.id}.thoughts.jsonl\n`);
}
