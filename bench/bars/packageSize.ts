/** How large the bundled family is. */
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { POCKET_FOLDER } from "../runner";
import type { Bar } from "./bar";

function bytesOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const file = path.join(folder, entry.name);
    return sum + (entry.isDirectory() ? bytesOf(file) : statSync(file).size);
  }, 0);
}

export const PACKAGE_SIZE: Bar = {
  topic: "size",
  name: "size of all variants",
  model: "all",
  target: "≤ 25 MB",
  measure() {
    const bytes = bytesOf(POCKET_FOLDER);
    return Promise.resolve({ measured: `${(bytes / 1e6).toFixed(1)} MB`, met: bytes <= 25e6 });
  },
};
