/** Compares a drawn mark with the picture committed beside the tests. `UPDATE_SNAPSHOTS=1` writes it anew. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Theme } from "../../../../webview/charts/theme";

const FOLDER = path.join(import.meta.dirname, "snapshots");

/** Literal colours, so that a snapshot opened by itself looks like the mark. */
export const paperTheme: Theme = {
  foreground: "#24292f",
  muted: "#57606a",
  grid: "#d0d7de",
  background: "#ffffff",
  right: "#1a7f37",
  wrong: "#cf222e",
  exit: "#bc4c00",
  threshold: "#cf222e",
  strategies: [
    "#0969da",
    "#6e7781",
    "#9a6700",
    "#1a7f37",
    "#1b7c83",
    "#bc4c00",
    "#bf3989",
    "#a40e26",
    "#8250df",
    "#0a7ea4",
    "#953800",
    "#7d6b2f",
    "#b35900",
    "#4d7c0f",
  ],
  series: ["#0969da", "#8250df", "#1a7f37", "#bc4c00", "#9a6700", "#cf222e"],
  kinds: {
    thinking: "#0969da",
    answer: "#1a7f37",
    trial: "#bc4c00",
    summary: "#8250df",
    gist: "#9a6700",
    latent: "#cf222e",
    reread: "#57606a",
    auxiliary: "#1b7c83",
  },
  font: "sans-serif",
};

/** One element a line, so that a difference reads as one. */
function pretty(node: Element): string {
  node.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return `${node.outerHTML.replace(/></g, ">\n<")}\n`;
}

/** @param name file name without `.snap.svg` */
export function assertSnapshot(name: string, node: Element): void {
  const file = path.join(FOLDER, `${name}.snap.svg`);
  const drawn = pretty(node);
  if (process.env["UPDATE_SNAPSHOTS"]) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(file, drawn);
  }
  assert.ok(
    existsSync(file),
    `There is no snapshot ${name}: run the tests once with UPDATE_SNAPSHOTS=1 and look at it.`,
  );
  assert.equal(drawn, readFileSync(file, "utf8"));
}
