/** What is known of one API: its whole answers, the pieces of its streams, and how these are put together. */
import type { ForeignTurn } from "../reading/foreignSession";
import { list, object, type Json } from "../reading/jsonValue";

/** An answer of a model as a turn, with its name in the log. */
export interface AnswerTurn extends ForeignTurn {
  id?: string | undefined;
}

export interface AnswerApi {
  id: string;
  /** As people call its answers. */
  title: string;
  /** Whether `value` is a whole answer. */
  isAnswer(value: Json): boolean;
  /** Whether `value` is a piece of a stream. */
  isPiece(value: Json): boolean;
  /** The whole answers that consecutive pieces make, as this API gives them; what was cut gives what there is. */
  join(pieces: readonly Json[]): Json[];
  /** One turn for each choice. */
  read(answer: Json): AnswerTurn[];
}

/**
 * Adds the fields of a piece to those before: texts are joined, lists go on, what is known stays.
 * @param replaced fields that say one thing and do not grow, as `role`
 */
export function addFields(whole: Json, piece: Json, replaced: ReadonlySet<string> = new Set()): void {
  for (const [name, value] of Object.entries(piece)) {
    const before = whole[name];
    if (typeof before === "string" && typeof value === "string" && !replaced.has(name)) whole[name] = before + value;
    else if (Array.isArray(before) && Array.isArray(value)) for (const each of value as unknown[]) before.push(each);
    else if (value !== null && value !== undefined && (value !== "" || before === undefined))
      whole[name] = copied(value);
  }
}

/** Lists and objects that may grow are not those of the file. */
function copied(value: unknown): unknown {
  if (Array.isArray(value)) return [...(value as unknown[])];
  return typeof value === "object" && value !== null ? { ...value } : value;
}

/** Puts pieces of a list in their places, by their `index`. */
export function addIndexed(entries: Json[], piece: Json, replaced?: ReadonlySet<string>): void {
  const index = piece["index"];
  let entry = index === undefined ? undefined : entries.find((each) => each["index"] === index);
  if (!entry) entries.push((entry = {}));
  addFields(entry, piece, replaced);
}

/** What is known of the pieces of an answer so far. */
export interface SequenceSoFar {
  first: Json;
  last: Json;
  /** Whether one of them said that the answer is over. */
  over: boolean;
}

/** Pieces by the answer that they belong to: a new one begins where `begins` says so. */
export function bySequence(
  pieces: readonly Json[],
  begins: (piece: Json, before: SequenceSoFar) => boolean,
  ends: (piece: Json) => boolean = () => false,
): Json[][] {
  const sequences: Json[][] = [];
  let before: SequenceSoFar | undefined;
  for (const piece of pieces) {
    if (!before || begins(piece, before)) {
      sequences.push([]);
      before = { first: piece, last: piece, over: false };
    }
    sequences.at(-1)!.push(piece);
    before.last = piece;
    before.over ||= ends(piece);
  }
  return sequences;
}

/** The content blocks of a stream by their index, each as its API writes it. */
export function blocksOf(blocks: ReadonlyMap<number, Json>): Json[] {
  return [...blocks].sort(([a], [b]) => a - b).map(([, block]) => block);
}

export const firstOf = (value: unknown): Json => object(list(value)[0]);
