/** Reading the small JSON files of a model folder. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { ActionableError } from "../../core/protocol/rpc";

export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** @returns the text of a file, or undefined when there is none */
export async function readTextIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new ActionableError(
      "model-file-unreadable",
      `${path.basename(file)} in ${path.dirname(file)} cannot be read (${code ?? "unknown error"}).`,
      "Check the permissions of the model folder.",
      { cause: error },
    );
  }
}

/**
 * @returns the object in a JSON file, or undefined when there is no such file
 * @throws ActionableError `model-file-broken` when it holds no JSON object
 */
export async function readJsonIfThere(file: string): Promise<JsonObject | undefined> {
  const text = await readTextIfThere(file);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Falls through to the one sentence for both.
  }
  throw new ActionableError(
    "model-file-broken",
    `${path.basename(file)} in ${path.dirname(file)} is not a JSON object.`,
    "Download the model again, or repair that file.",
  );
}
