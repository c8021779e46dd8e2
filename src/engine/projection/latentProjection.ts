/**
 * Continuous thoughts and soft tokens among the embeddings of the vocabulary, in two dimensions. Both are read by a model
 * where it reads embeddings, so they are laid out in that space. Which words are near is told by angles seen from the
 * table's mean: what all embeddings share tells no word from another, and would make them all alike.
 */
import { ActionableError, toErrorShape } from "../../core/protocol/rpc";
import type { EventOf, ProjectionMethod } from "../../core/trace/trace";
import { halfPrecisionBase64, vectorFromBase64 } from "../../core/trace/vector";
import type { LanguageModel } from "../decoding/model";
import type { Recorder } from "../decoding/recorder";
import { Pace } from "./pace";
import { placeOn, principalPlane, type PrincipalPlane } from "./principalPlane";
import { umapLayout } from "./umapLayout";
import { directions, readVocabulary, type Neighbour } from "./vocabulary";
import { l10n } from "../../core/text/l10n";

type Projection = EventOf<"projection">;
type Place = [x: number, y: number];

/** Named words for each thought. */
const NEAREST = 5;
/** More are looked at, since byte tokens that are pieces of a character name nothing. */
const LOOKED_AT = 20;
/** More rows of the table than these change a principal plane by less than a picture shows. */
const FITTED_ROWS = 8192;
/** Rows that UMAP lays out beside the thoughts and their words: all pairs are compared. */
const LAID_OUT_ROWS = 1024;
/** Unnamed words that are kept for the picture. */
const OTHERS = 256;
/** Numbers of an embedding table up to which a run may project its thoughts by itself without a person noticing. */
const CHEAP_TABLE = 4_000_000;
/** More vectors are no thoughts of one run. */
const MOST_VECTORS = 1024;

/** What is the model's own and holds for all its runs. */
interface Fitted {
  plane: PrincipalPlane;
  fitted: [of: number, all: number];
  others: string;
}
const fits = new WeakMap<LanguageModel, Fitted>();

/**
 * @param vectors as the trace has them: base64 of float16, [hidden] each
 * @throws ActionableError `model-other` where they are not of the model's width, `projection-empty` where there are none,
 * `capability-missing`; the reason of the pace's signal
 */
export async function projectVectors(
  model: LanguageModel,
  { of, method, vectors }: { of: Projection["of"]; method: ProjectionMethod; vectors: readonly string[] },
  pace: Pace,
): Promise<Projection> {
  const thoughts = rowsOf(vectors, model);
  const laidOut = method === "pca" ? await onPlane(model, thoughts, pace) : await byUmap(model, thoughts, pace);
  return { t: "projection", of, method, ...laidOut };
}

/**
 * Adds the principal components of a run's thoughts to its trace, where the table is small enough for that to be quick.
 * Never throws: the run itself went well, and a picture that failed is a note in it.
 */
export async function recordProjection(model: LanguageModel, recorder: Recorder, signal: AbortSignal): Promise<void> {
  const { hiddenSize, vocabularySize } = model.facts;
  if (hiddenSize === undefined || hiddenSize * vocabularySize > CHEAP_TABLE || !model.has("soft-tokens")) return;
  const { latents, softs } = recorder.trace;
  for (const [of, events] of [["latent", latents] as const, ["soft", softs] as const]) {
    const vectors = events.flatMap(({ vector }) => (vector === undefined ? [] : [vector]));
    if (vectors.length === 0 || vectors.length < events.length || vectors.length > MOST_VECTORS) continue;
    try {
      recorder.event(await projectVectors(model, { of, method: "pca", vectors }, new Pace(signal)));
    } catch (error) {
      if (signal.aborted) return;
      recorder.note("info", `The thoughts could not be laid out: ${toErrorShape(error).message}`);
    }
  }
}

type LaidOut = Omit<Projection, "t" | "of" | "method">;

async function onPlane(model: LanguageModel, thoughts: Float32Array, pace: Pace): Promise<LaidOut> {
  const width = model.facts.hiddenSize!;
  const { plane, fitted, others } = await fittedTo(model, pace);
  const wanted = { nearest: LOOKED_AT, sample: 0, centre: plane.mean };
  const nearest = readable(model, (await readVocabulary(model, thoughts, wanted, pace)).nearest);
  const ids = distinct(nearest);
  return {
    points: placesOn(plane, thoughts, width),
    ...named(model, ids, placesOn(plane, await model.embed(ids), width), nearest),
    others,
    fitted,
    variance: [rounded(plane.variance[0]), rounded(plane.variance[1])],
  };
}

async function fittedTo(model: LanguageModel, pace: Pace): Promise<Fitted> {
  const known = fits.get(model);
  if (known) return known;
  const width = model.facts.hiddenSize!;
  const nothing = new Float32Array(0);
  const { sample, size } = await readVocabulary(model, nothing, { nearest: 0, sample: FITTED_ROWS }, pace);
  const plane = await principalPlane(sample.rows, width, pace);
  const others = encoded(placesOn(plane, sample.rows, width));
  const fit: Fitted = { plane, fitted: [sample.ids.length, size], others };
  fits.set(model, fit);
  return fit;
}

/**
 * The vocabulary by UMAP; thoughts among it. Laid out together with the words, thoughts would make an island of their own:
 * they are more like each other than like any word.
 */
async function byUmap(model: LanguageModel, thoughts: Float32Array, pace: Pace): Promise<LaidOut> {
  const width = model.facts.hiddenSize!;
  const centre = (await fittedTo(model, pace)).plane.mean;
  const wanted = { nearest: LOOKED_AT, sample: LAID_OUT_ROWS, centre };
  const { nearest: all, sample, size } = await readVocabulary(model, thoughts, wanted, pace);
  const nearest = readable(model, all);
  const ids = distinct(nearest);
  // A named word must not stand in the picture twice.
  const isNamed = new Set(ids);
  const rest = sample.ids.flatMap((id, row) => (isNamed.has(id) ? [] : [row]));
  const rows = new Float32Array((ids.length + rest.length) * width);
  rows.set(await model.embed(ids));
  rest.forEach((row, index) =>
    rows.set(sample.rows.subarray(row * width, (row + 1) * width), (ids.length + index) * width),
  );
  const places = await umapLayout(directions(rows, width, centre), width, pace);
  const placeOf = new Map(ids.map((id, index) => [id, places[index]!]));
  const tidy = ([x, y]: Place): Place => [rounded(x), rounded(y)];
  return {
    points: nearest.map((words) => tidy(amid(words, placeOf))),
    ...named(model, ids, places.slice(0, ids.length).map(tidy), nearest),
    others: encoded(places.slice(ids.length)),
    fitted: [places.length, size],
  };
}

/**
 * The mean of the words' places, each weighted by its squared cosine: where words are at right angles to each other, that
 * is the share of the thought's squared length that lies along the word.
 */
function amid(words: readonly Neighbour[], placeOf: ReadonlyMap<number, Place>): Place {
  const weights = words.map(([, cosine]) => Math.max(cosine, 1e-6) ** 2);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const along = (axis: 0 | 1): number =>
    words.reduce((sum, [id], index) => sum + weights[index]! * placeOf.get(id)![axis], 0) / total;
  return [along(0), along(1)];
}

/** @returns [n, hidden] */
function rowsOf(vectors: readonly string[], { facts }: LanguageModel): Float32Array {
  const width = facts.hiddenSize!;
  if (vectors.length === 0 || vectors.length > MOST_VECTORS) {
    throw new ActionableError(
      "projection-empty",
      l10n.later`This trace holds ${vectors.length} vectors of thoughts, and between 1 and ${MOST_VECTORS} can be laid out.`,
      "Open a trace that Coconut or SoftCoT made.",
    );
  }
  const rows = new Float32Array(vectors.length * width);
  vectors.forEach((text, index) => {
    const vector = vectorFromBase64(text);
    if (vector.length !== width) throw otherModel(`The thoughts have ${vector.length} numbers each`, facts.name, width);
    rows.set(
      vector.map((value) => (Number.isFinite(value) ? value : 0)),
      index * width,
    );
  });
  return rows;
}

function otherModel(what: string, name: string, width: number): ActionableError {
  return new ActionableError(
    "model-other",
    l10n.later`${what}, and ${name} has ${width}: another model made this trace.`,
    "Choose the model that made the trace.",
  );
}

function placesOn(plane: PrincipalPlane, rows: Float32Array, width: number): Place[] {
  return Array.from({ length: rows.length / width }, (_, row): Place => {
    const [x, y] = placeOn(plane, rows.subarray(row * width, (row + 1) * width));
    return [rounded(x), rounded(y)];
  });
}

/** The nearest entries that are text by themselves; where none is, the nearest as they are. */
function readable({ tokenizer }: LanguageModel, nearest: readonly Neighbour[][]): Neighbour[][] {
  return nearest.map((each) => {
    const named = each.filter(([id]) => !tokenizer.decode([id]).includes("\uFFFD"));
    return (named.length > 0 ? named : each).slice(0, NEAREST);
  });
}

/** Ids of all neighbours, each once, in the order in which they come up. */
function distinct(nearest: readonly (readonly Neighbour[])[]): number[] {
  return [...new Set(nearest.flatMap((each) => each.map(([id]) => id)))];
}

function named(
  { tokenizer }: LanguageModel,
  ids: readonly number[],
  places: readonly Place[],
  nearest: readonly (readonly Neighbour[])[],
): Pick<LaidOut, "words" | "nearest"> {
  const indices = new Map(ids.map((id, index) => [id, index]));
  return {
    words: ids.map((id, index) => [tokenizer.decode([id]), ...places[index]!]),
    nearest: nearest.map((each) => each.map(([id, cosine]) => [indices.get(id)!, rounded(cosine)])),
  };
}

/** At most `OTHERS` of the places, evenly. @returns base64 of float16, [n, 2] */
function encoded(places: readonly Place[]): string {
  const count = Math.min(OTHERS, places.length);
  const kept = Array.from({ length: count }, (_, index) => places[Math.floor((index * places.length) / count)]!);
  return halfPrecisionBase64(Float32Array.from(kept.flat()));
}

/** Five digits are below what any picture shows, and keep the file small. */
const rounded = (value: number): number => Number(value.toPrecision(5));
