/** Reading the small JSON files of a model folder. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { ActionableError } from "../../core/protocol/rpc";
import { isPointer, modelFileSize, pointerError } from "./modelFile";
import { l10n } from "../../core/text/l10n";

export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The largest tokenizers of the hub come to 35 MB. */
const LARGEST_TEXT = 96 * 2 ** 20;

/**
 * @returns the text of a file of a model's folder, or undefined when there is none
 * @throws ActionableError `model-file-odd`, `model-file-unreadable`, `model-file-large`, `model-file-pointer`
 */
export async function readTextIfThere(file: string): Promise<string | undefined> {
  const size = await modelFileSize(path.dirname(file), file);
  if (size === undefined) return undefined;
  if (size <= LARGEST_TEXT) {
    const text = await readFile(file, "utf8");
    if (isPointer(text)) throw pointerError(file);
    return text.startsWith("\ufeff") ? text.slice(1) : text;
  }
  throw new ActionableError(
    "model-file-large",
    l10n.later`${path.basename(file)} in ${path.dirname(file)} is larger than any such file should be (${Math.round(size / 2 ** 20)} MiB).`,
    "Download the model again, or choose another.",
  );
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
    l10n.later`${path.basename(file)} in ${path.dirname(file)} is not a JSON object.`,
    "Download the model again, or repair that file.",
  );
}
