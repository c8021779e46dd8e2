// npm run pictures: takes the pictures of the documents and of the walkthrough from what the end-to-end tests left in
// out/screenshots (npm run test:e2e), with as few colours as they need.
//   npm run pictures -- story latents   those whose name holds one of the words
import { existsSync, mkdirSync, statSync } from "node:fs";
import path from "node:path";
import sharp from "sharp";
import { HarnessError, progress, runMain } from "./childProcesses.mjs";
import { root } from "./project.mjs";

const STORIES = ["overthinking", "latent-thoughts", "folded-memory"];
const THEMES = ["light", "dark", "high-contrast", "high-contrast-light"];
const PICTURES = [
  "compare-dark",
  "compression-view-light",
  "exits-view-light",
  "latents-view-dark",
  "mathematics-dark",
  "memory-view-high-contrast",
  "confidence-view-dark",
  "runs-table-dark",
  "side-panel-light",
  "bench-view-light",
  "samples-view-light",
  "what-if-view-light",
];

/** Screenshot → file of the project. */
const FILES = [
  ...PICTURES.map((name) => [name, `media/pictures/${name}.png`]),
  ...STORIES.flatMap((story) =>
    THEMES.map((theme) => [`story-${story}-${theme}`, `media/walkthrough/${story}-${theme}.png`]),
  ),
];

await runMain(async () => {
  const words = process.argv.slice(2);
  const wanted = FILES.filter(([name]) => words.length === 0 || words.some((word) => name.includes(word)));
  const missing = wanted.filter(([name]) => !existsSync(screenshotOf(name))).map(([name]) => name);
  if (missing.length > 0)
    throw new HarnessError(`Run npm run test:e2e first: out/screenshots has no ${missing.join(", ")}.`);
  for (const [name, file] of wanted) {
    const target = path.join(root, file);
    mkdirSync(path.dirname(target), { recursive: true });
    await sharp(screenshotOf(name)).png({ palette: true, quality: 90, effort: 10, compressionLevel: 9 }).toFile(target);
    progress(`${file}, ${Math.round(statSync(target).size / 1024)} kB`);
  }
  return 0;
});

function screenshotOf(name) {
  return path.join(root, "out", "screenshots", `${name}.png`);
}
