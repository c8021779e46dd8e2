/** Instructions of a person's own that stand in a file: the option `instruction` as `@FILE`. */
import { open, realpath } from "node:fs/promises";
import { constants } from "node:fs";
import path from "node:path";
import { LONGEST_INSTRUCTION } from "../core/prompt/instruction";
import { ActionableError } from "../core/protocol/rpc";
import { l10n, type Sentence } from "../core/text/l10n";

/** UTF-8 takes up to four bytes a character. */
const MOST_BYTES = LONGEST_INSTRUCTION * 4;

/** Where names of files are looked up. */
export interface InstructionPlace {
  readonly folder: string;
  /** Whether a file must lie in the folder, as where a prompt file from elsewhere names it. */
  readonly isBound: boolean;
}

/**
 * The options with the text of the file that their instruction names, if it names one.
 * @throws ActionableError `instruction-missing`, `instruction-outside`, `instruction-empty`, `instruction-large`,
 * `instruction-unreadable`
 */
export async function withInstructionText<Options extends { instruction?: unknown }>(
  options: Options,
  place: InstructionPlace,
): Promise<Options> {
  const { instruction } = options;
  if (typeof instruction !== "string" || !/^\s*@\S/.test(instruction)) return options;
  return { ...options, instruction: await instructionText(instruction.trim().slice(1), place) };
}

async function instructionText(name: string, { folder, isBound }: InstructionPlace): Promise<string> {
  const file = path.resolve(folder, name);
  const action = "Name a text file, or write the instruction itself.";
  const refused = (code: string, why: Sentence) =>
    new ActionableError(`instruction-${code}`, l10n.later`The instruction ${file} ${why}.`, action);
  const found = await realpath(file).catch(() => undefined);
  if (found === undefined) throw refused("missing", l10n.later`is not there`);
  if (isBound && !isInside(found, await realpath(folder).catch(() => folder)))
    throw refused("outside", l10n.later`lies outside the folder of the prompt that names it`);
  // A pipe would be waited for without end.
  const handle = await open(found, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(() => undefined);
  if (!handle) throw refused("unreadable", l10n.later`cannot be read`);
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw refused("unreadable", l10n.later`is no file`);
    if (status.size > MOST_BYTES) throw refused("large", l10n.later`has more than ${LONGEST_INSTRUCTION} characters`);
    const text = decoded(await handle.readFile());
    if (text === undefined) throw refused("unreadable", l10n.later`is no text in UTF-8`);
    if (text.trim() === "") throw refused("empty", l10n.later`is empty`);
    if (text.length > LONGEST_INSTRUCTION)
      throw refused("large", l10n.later`has more than ${LONGEST_INSTRUCTION} characters`);
    return text.trim();
  } finally {
    await handle.close();
  }
}

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== "" && relative.split(path.sep, 1)[0] !== ".." && !path.isAbsolute(relative);
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\u0000") ? undefined : text;
  } catch {
    return undefined;
  }
}
