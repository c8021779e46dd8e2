/** `thoughtlens.json` of a model folder: which methods the model was trained for, with the settings that they were trained under. */
import path from "node:path";
import * as z from "zod";
import { ActionableError } from "../../core/protocol/rpc";
import type { MethodManifest } from "../decoding/model";
import { readJsonIfThere } from "./jsonFile";
import { l10n } from "../../core/text/l10n";

const MANIFEST = "thoughtlens.json";
const VERSION = 1;
/** Far more than there are methods, and options of any of them. */
const MOST_ENTRIES = 100;

const few = (entries: object): boolean => Object.keys(entries).length <= MOST_ENTRIES;
const options = z.record(z.string(), z.unknown()).refine(few, `more than ${MOST_ENTRIES} options`);

/** What fits every version of the strategies; the values of options are checked by the strategy that takes them. */
const manifestSchema = z.object({
  v: z.int().default(VERSION),
  name: z.string().min(1).max(200).optional(),
  methods: z.record(z.string(), options).refine(few, `more than ${MOST_ENTRIES} methods`).default({}),
});

/**
 * @returns what the folder says; a folder without the file names no method
 * @throws ActionableError `manifest-invalid`, `manifest-version`, and those of `readJsonIfThere`
 */
export async function readManifest(folder: string): Promise<MethodManifest> {
  const value = await readJsonIfThere(path.join(folder, MANIFEST));
  if (value === undefined) return { methods: {} };
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ActionableError(
      "manifest-invalid",
      l10n.later`${MANIFEST} in ${folder} is not valid: ${issue!.path.join(".") || "the file"}: ${issue!.message}.`,
      "Correct that entry, or import the checkpoint again.",
    );
  }
  const { v, name, methods } = parsed.data;
  if (v !== VERSION)
    throw new ActionableError(
      "manifest-version",
      l10n.later`${MANIFEST} in ${folder} is of version ${v}, and this version of Thoughtlens knows ${VERSION}.`,
      "Update Thoughtlens, or import the checkpoint again.",
    );
  return name === undefined ? { methods } : { name, methods };
}
