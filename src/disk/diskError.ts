/** What it means to a person that the system refuses a file, and what helps. */
import path from "node:path";
import { ActionableError } from "../core/protocol/rpc";

/** What was being written, as error sentences name it. */
export interface Written {
  /** With its article, as in `The trace`. */
  readonly what: string;
  /** First part of the error's code, as `trace` in `trace-enospc`. */
  readonly code: string;
  /** How to choose another place, as the end of a sentence: `name another folder in the setting thoughtlens.traceFolder`. */
  readonly elsewhere: string;
}

/** The file was deleted, moved or replaced while it was open for writing. */
export class FileGone extends Error {
  readonly code = "EGONE";

  constructor(readonly file: string) {
    super(`${file} is not there any more`);
    this.name = "FileGone";
  }
}

type Reason = (file: string, elsewhere: string) => [because: string, action: string];

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const notAllowed: Reason = (file, elsewhere) => [
  `${path.dirname(file)} may not be written to`,
  `Change the permissions of that folder, or ${elsewhere}.`,
];

/** By the system's code. */
const REASONS: Readonly<Record<string, Reason>> = {
  ENOSPC: (_file, elsewhere) => ["the disk is full", `Free some space, or ${elsewhere}.`],
  EDQUOT: (_file, elsewhere) => ["the disk quota is used up", `Free some space, or ${elsewhere}.`],
  EFBIG: (file, elsewhere) => [
    `${path.basename(file)} would be larger than this disk allows`,
    `${upper(elsewhere)} on another disk.`,
  ],
  EACCES: notAllowed,
  EPERM: notAllowed,
  EROFS: (file, elsewhere) => [`the disk of ${path.dirname(file)} is read-only`, `${upper(elsewhere)}.`],
  ENOTDIR: (file, elsewhere) => [`a part of ${path.dirname(file)} is a file and no folder`, `${upper(elsewhere)}.`],
  ENOENT: (file, elsewhere) => [`there is no folder ${path.dirname(file)}`, `Make that folder, or ${elsewhere}.`],
  EISDIR: (file, elsewhere) => [`${file} is a folder`, `${upper(elsewhere)}.`],
  EEXIST: (file, elsewhere) => [`${file} is there already`, `Move that file away, or ${elsewhere}.`],
  ENAMETOOLONG: (_file, elsewhere) => ["its name is too long for this disk", `${upper(elsewhere)}.`],
  EMFILE: () => ["too many files are open", "Close other programs, and try again."],
  ENFILE: () => ["too many files are open", "Close other programs, and try again."],
  EIO: (file, elsewhere) => [`the disk of ${path.dirname(file)} reports an error`, `Check that disk, or ${elsewhere}.`],
  EGONE: (file, elsewhere) => [
    `${file} was deleted or replaced meanwhile`,
    `Leave the file where it is while it is being written, or ${elsewhere}.`,
  ],
};

/** @param error what the system, or `LineFile`, threw */
export function diskError(error: unknown, file: string, { what, code, elsewhere }: Written): ActionableError {
  const system = (error as NodeJS.ErrnoException | undefined)?.code ?? "unknown";
  const reason = Object.hasOwn(REASONS, system) ? REASONS[system] : undefined;
  const [because, action] = reason?.(file, elsewhere) ?? [
    `${path.dirname(file)} refuses it (${system})`,
    `${upper(elsewhere)}.`,
  ];
  return new ActionableError(
    `${code}-${system.toLowerCase()}`,
    `${what} could not be written because ${because}.`,
    action,
    { cause: error },
  );
}
