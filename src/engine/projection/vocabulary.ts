/** The vocabulary of a model: its embedding table, read in slices so that memory stays flat. */
import { l10n } from "../../core/text/l10n";
import type { LanguageModel } from "../decoding/model";
import type { Pace } from "./pace";

const SLICE = 4096;

/** A vocabulary entry and the cosine of the angle between its embedding and a vector. */
export type Neighbour = [id: number, cosine: number];

export interface VocabularyReading {
  /** For each vector its nearest entries, best first; the smaller id among equals. */
  nearest: Neighbour[][];
  /** Entries spread evenly over the table: their ids and their embeddings, [ids, hidden]. */
  sample: { ids: number[]; rows: Float32Array };
  /** Entries of the vocabulary. */
  size: number;
}

/**
 * One pass over the embedding table. Needs `soft-tokens`.
 * @param vectors [n, hidden], row by row
 * @param wanted how many neighbours of each vector, and at most how many entries of the sample; `centre`, [hidden], is the
 * point that angles are seen from, the origin by default
 * @throws ActionableError `capability-missing`; the reason of the pace's signal
 */
export async function readVocabulary(
  model: LanguageModel,
  vectors: Float32Array,
  wanted: { nearest: number; sample: number; centre?: ArrayLike<number> },
  pace: Pace,
): Promise<VocabularyReading> {
  const width = model.facts.hiddenSize!;
  // The table often has rows beyond the tokenizer's, which were never trained.
  const size = Math.min(model.facts.vocabularySize, model.tokenizer.vocabularySize);
  const sampled = Math.min(size, wanted.sample);
  const ids = Array.from({ length: sampled }, (_, index) => Math.floor((index * size) / sampled));
  const rows = new Float32Array(sampled * width);
  const { centre } = wanted;
  const units = directions(vectors, width, centre);
  const nearest = Array.from({ length: vectors.length / width }, (): Neighbour[] => []);
  let taken = 0;
  for (let first = 0; first < size && (wanted.nearest > 0 || sampled > 0); first += SLICE) {
    const slice = Array.from({ length: Math.min(SLICE, size - first) }, (_, index) => first + index);
    const table = await model.embed(slice);
    const tableUnits = directions(table, width, centre);
    for (; taken < sampled && ids[taken]! < first + slice.length; taken++)
      rows.set(table.subarray((ids[taken]! - first) * width, (ids[taken]! - first + 1) * width), taken * width);
    for (const [index, best] of nearest.entries()) {
      for (const id of slice)
        keepNearest(best, wanted.nearest, id, cosine(units, index, tableUnits, id - first, width));
      await pace.step(l10n.later`Reading the vocabulary`, (0.2 * first) / size);
    }
  }
  return { nearest, sample: { ids, rows }, size };
}

/** Rows as seen from `centre`, brought to length 1, [n, width]; a row at the centre itself becomes noughts. */
export function directions(rows: Float32Array, width: number, centre?: ArrayLike<number>): Float32Array {
  const units = new Float32Array(rows.length);
  for (let start = 0; start < rows.length; start += width) {
    let sum = 0;
    for (let index = 0; index < width; index++) sum += (rows[start + index]! - (centre?.[index] ?? 0)) ** 2;
    const length = Math.sqrt(sum);
    if (length > 0)
      for (let index = 0; index < width; index++)
        units[start + index] = (rows[start + index]! - (centre?.[index] ?? 0)) / length;
  }
  return units;
}

function cosine(a: Float32Array, row: number, b: Float32Array, other: number, width: number): number {
  let product = 0;
  for (let index = 0; index < width; index++) product += a[row * width + index]! * b[other * width + index]!;
  return product;
}

function keepNearest(best: Neighbour[], count: number, id: number, value: number): void {
  if (best.length >= count && value <= (best.at(-1)?.[1] ?? Infinity)) return;
  best.splice(best.findLastIndex(([, known]) => known >= value) + 1, 0, [id, value]);
  if (best.length > count) best.pop();
}
