/** A workspace with a prompt that the included model never finds an end to: what a run that goes on is tried on. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { copySamples } from "../harness/sampleWorkspace.mjs";

const QUESTION = "Mia has 12 apples and gives 3 of them to her brother. How many are left?";

/** The samples' folder with `endless.prompt.md`, and settings that let it go on for some minutes. */
export function endlessPrompt(): { folder: string; settings: Record<string, unknown> } {
  const folder = copySamples();
  writeFileSync(path.join(folder, "endless.prompt.md"), `# Endless\n\n${QUESTION}\n`);
  return { folder, settings: { "thoughtlens.strategyOptions": { "chain-of-thought": { maxTokens: 8000 } } } };
}
