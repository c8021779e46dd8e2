/**
 * Continuous thoughts and soft tokens among the embeddings of the vocabulary, in two dimensions (Coconut, 2412.06769 §5).
 * Lengths are no part of the picture: a hidden state and an embedding need not be of one size, so every vector is brought
 * to length 1 first, and near means a small angle.
 */
import { ActionableError, toErrorShape } from "../../core/rpc";
import type { EventOf, ProjectionMethod } from "../../core/trace";
import { halfPrecisionBase64, vectorFromBase64 } from "../../core/vector";
import type { LanguageModel } from "../model";
import type { Recorder } from "../recorder";
import { Pace } from "./pace";
import { placeOn, principalPlane, type PrincipalPlane } from "./principalPlane";
import { umapLayout } from "./umapLayout";
import { readVocabulary, unitRows, type Neighbour } from "./vocabulary";

type Projection = EventOf<"projection">;
type Place = [x: number, y: number];

/** Named words for each thought. */
const NEAREST = 5;
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

/** A plane is the model's own and holds for all its runs. */
interface FittedPlane {
  plane: PrincipalPlane;
  fitted: [of: number, all: number];
  others: string;
}
const planes = new WeakMap<LanguageModel, FittedPlane>();

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
  const thoughts = unitRows(rowsOf(vectors, model), model.facts.hiddenSize!);
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
  const known = planes.get(model);
  const { nearest, sample, size } = await readVocabulary(
    model,
    thoughts,
    { nearest: NEAREST, sample: known ? 0 : FITTED_ROWS },
    pace,
  );
  const { plane, fitted, others } = known ?? (await fitPlane(sample.rows, width, size, pace));
  if (!known) planes.set(model, { plane, fitted, others });
  const ids = distinct(nearest);
  const words = unitRows(ids.length > 0 ? await model.embed(ids) : new Float32Array(0), width);
  return {
    points: placesOn(plane, thoughts, width),
    ...named(model, ids, placesOn(plane, words, width), nearest),
    others,
    fitted,
    variance: [rounded(plane.variance[0]), rounded(plane.variance[1])],
  };
}

async function fitPlane(rows: Float32Array, width: number, size: number, pace: Pace): Promise<FittedPlane> {
  const plane = await principalPlane(rows, width, pace);
  return { plane, fitted: [rows.length / width, size], others: encoded(placesOn(plane, rows, width)) };
}

async function byUmap(model: LanguageModel, thoughts: Float32Array, pace: Pace): Promise<LaidOut> {
  const width = model.facts.hiddenSize!;
  const wanted = { nearest: NEAREST, sample: LAID_OUT_ROWS };
  const { nearest, sample, size } = await readVocabulary(model, thoughts, wanted, pace);
  const ids = distinct(nearest);
  const words = unitRows(ids.length > 0 ? await model.embed(ids) : new Float32Array(0), width);
  // A named word must not stand in the picture twice.
  const isNamed = new Set(ids);
  const rest = sample.ids.flatMap((id, row) => (isNamed.has(id) ? [] : [row]));
  const count = thoughts.length / width;
  const rows = new Float32Array((count + ids.length + rest.length) * width);
  rows.set(thoughts);
  rows.set(words, thoughts.length);
  rest.forEach((row, index) =>
    rows.set(sample.rows.subarray(row * width, (row + 1) * width), (count + ids.length + index) * width),
  );
  const places = (await umapLayout(rows, width, pace)).map(([x, y]): Place => [rounded(x), rounded(y)]);
  return {
    points: places.slice(0, count),
    ...named(model, ids, places.slice(count, count + ids.length), nearest),
    others: encoded(places.slice(count + ids.length)),
    fitted: [ids.length + rest.length, size],
  };
}

/** @returns [n, hidden] */
function rowsOf(vectors: readonly string[], { facts }: LanguageModel): Float32Array {
  const width = facts.hiddenSize!;
  if (vectors.length === 0 || vectors.length > MOST_VECTORS) {
    throw new ActionableError(
      "projection-empty",
      `This trace holds ${vectors.length} vectors of thoughts, and between 1 and ${MOST_VECTORS} can be laid out.`,
      "Open a trace that Coconut or SoftCoT made.",
    );
  }
  const rows = new Float32Array(vectors.length * width);
  vectors.forEach((text, index) => {
    const vector = vectorFromBase64(text);
    if (vector.length !== width) throw otherModel(`The thoughts have ${vector.length} numbers each`, facts.name, width);
    rows.set(vector, index * width);
  });
  return rows;
}

function otherModel(what: string, name: string, width: number): ActionableError {
  return new ActionableError(
    "model-other",
    `${what}, and ${name} has ${width}: another model made this trace.`,
    "Choose the model that made the trace.",
  );
}

function placesOn(plane: PrincipalPlane, rows: Float32Array, width: number): Place[] {
  return Array.from({ length: rows.length / width }, (_, row): Place => {
    const [x, y] = placeOn(plane, rows.subarray(row * width, (row + 1) * width));
    return [rounded(x), rounded(y)];
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
