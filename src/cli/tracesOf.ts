/** Recorded traces that a command reads: ours, or those of any format that can be imported. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { importTraces } from "../core/formats/importTraces";
import { ActionableError } from "../core/protocol/rpc";
import type { TraceEvent } from "../core/trace/trace";
import { complain } from "./terminal";
import { inEnglish } from "../core/text/l10n";

/** Whose traces a table is of, behind how many they are: `, model a`, `, models a, b`; nothing where none is known. */
export const ofModels = (models: readonly string[]): string =>
  models.length === 0 ? "" : `, ${models.length === 1 ? "model" : "models"} ${models.join(", ")}`;

/** @throws ActionableError `file-missing`, `import-nothing` */
export async function tracesOf(file: string): Promise<TraceEvent[][]> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch {
    throw new ActionableError("file-missing", `The file ${file} cannot be read.`, "Check its name.");
  }
  const { traces, problems } = importTraces({ name: path.basename(file), text: "", bytes });
  if (traces.length === 0) {
    throw new ActionableError(
      "import-nothing",
      problems[0] ?? "The file holds no trace.",
      "Name a trace, a chat completion, an Inspect or OpenTelemetry log, or a text with <think> tags.",
    );
  }
  for (const problem of problems) complain(`${file}: ${inEnglish(problem)}`);
  return traces;
}
