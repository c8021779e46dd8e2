/** What it means to a person that the system refuses a file, and what helps. */
import path from "node:path";
import { ActionableError } from "../core/protocol/rpc";
import { l10n, type Sentence } from "../core/text/l10n";

/** What was being written, as error sentences name it. */
export interface Written {
  /** With its article, as in `The trace`. */
  readonly what: string | Sentence;
  /** First part of the error's code, as `trace` in `trace-enospc`. */
  readonly code: string;
  /** How to choose another place, as the end of a sentence: `name another folder in the setting thoughtlens.traceFolder`. */
  readonly elsewhere: string | Sentence;
}

/** The file was deleted, moved or replaced while it was open for writing. */
export class FileGone extends Error {
  readonly code = "EGONE";

  constructor(readonly file: string) {
    super(`${file} is not there any more`);
    this.name = "FileGone";
  }
}

type Reason = (file: string, elsewhere: Sentence) => [because: Sentence, action: Sentence];

const notAllowed: Reason = (file, elsewhere) => [
  l10n.later`${path.dirname(file)} may not be written to`,
  l10n.later`Change the permissions of that folder, or ${elsewhere}.`,
];

/** By the system's code. */
const REASONS: Readonly<Record<string, Reason>> = {
  ENOSPC: (_file, elsewhere) => [l10n.later`the disk is full`, l10n.later`Free some space, or ${elsewhere}.`],
  EDQUOT: (_file, elsewhere) => [l10n.later`the disk quota is used up`, l10n.later`Free some space, or ${elsewhere}.`],
  EFBIG: (file, elsewhere) => [
    l10n.later`${path.basename(file)} would be larger than this disk allows`,
    l10n.later`${elsewhere} on another disk.`,
  ],
  EACCES: notAllowed,
  EPERM: notAllowed,
  EROFS: (file, elsewhere) => [l10n.later`the disk of ${path.dirname(file)} is read-only`, l10n.later`${elsewhere}.`],
  ENOTDIR: (file, elsewhere) => [
    l10n.later`a part of ${path.dirname(file)} is a file and no folder`,
    l10n.later`${elsewhere}.`,
  ],
  ENOENT: (file, elsewhere) => [
    l10n.later`there is no folder ${path.dirname(file)}`,
    l10n.later`Make that folder, or ${elsewhere}.`,
  ],
  EISDIR: (file, elsewhere) => [l10n.later`${file} is a folder`, l10n.later`${elsewhere}.`],
  EEXIST: (file, elsewhere) => [
    l10n.later`${file} is there already`,
    l10n.later`Move that file away, or ${elsewhere}.`,
  ],
  ENAMETOOLONG: (_file, elsewhere) => [l10n.later`its name is too long for this disk`, l10n.later`${elsewhere}.`],
  EMFILE: () => [l10n.later`too many files are open`, l10n.later`Close other programs, and try again.`],
  ENFILE: () => [l10n.later`too many files are open`, l10n.later`Close other programs, and try again.`],
  EIO: (file, elsewhere) => [
    l10n.later`the disk of ${path.dirname(file)} reports an error`,
    l10n.later`Check that disk, or ${elsewhere}.`,
  ],
  EGONE: (file, elsewhere) => [
    l10n.later`${file} was deleted or replaced meanwhile`,
    l10n.later`Leave the file where it is while it is being written, or ${elsewhere}.`,
  ],
};

/** @param error what the system, or `LineFile`, threw */
export function diskError(error: unknown, file: string, { what, code, elsewhere }: Written): ActionableError {
  const system = (error as NodeJS.ErrnoException | undefined)?.code ?? "unknown";
  const reason = Object.hasOwn(REASONS, system) ? REASONS[system] : undefined;
  const place = typeof elsewhere === "string" ? { key: elsewhere, values: [] } : elsewhere;
  const [because, action] = reason?.(file, place) ?? [
    l10n.later`${path.dirname(file)} refuses it (${system})`,
    l10n.later`${place}.`,
  ];
  return new ActionableError(
    `${code}-${system.toLowerCase()}`,
    l10n.later`${what} could not be written because ${because}.`,
    action,
    { cause: error },
  );
}
