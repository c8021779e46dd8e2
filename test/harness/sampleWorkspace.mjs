import { cpSync } from "node:fs";
import path from "node:path";
import { root } from "./project.mjs";
import { temporaryFolder } from "./temporaryFolder.mjs";

/** The samples that come with the extension, in place. */
export const samplesFolder = path.join(root, "media", "samples");

/** A copy of the samples in which tests may write; deleted when this process ends. */
export function copySamples() {
  const folder = path.join(temporaryFolder("workspace"), "samples");
  cpSync(samplesFolder, folder, { recursive: true });
  return folder;
}
