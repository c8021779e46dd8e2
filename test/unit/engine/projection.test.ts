import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { ModelReference, ProjectionRequest } from "../../../src/core/protocol/engineApi";
import { seededRandom } from "../../../src/core/measure/random";
import { traceEvent } from "../../../src/core/trace/trace";
import { halfPrecisionBase64, vectorFromBase64 } from "../../../src/core/trace/vector";
import { Engine } from "../../../src/engine/engine";
import type { LanguageModel } from "../../../src/engine/decoding/model";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { projectVectors } from "../../../src/engine/projection/latentProjection";
import { Pace } from "../../../src/engine/projection/pace";
import { placeOn, principalPlane } from "../../../src/engine/projection/principalPlane";
import { symmetricEigen } from "../../../src/engine/projection/symmetricEigen";
import { umapLayout } from "../../../src/engine/projection/umapLayout";
import { directions, readVocabulary } from "../../../src/engine/projection/vocabulary";
import type { Sentence } from "../../../src/core/text/l10n";

const TINY = { kind: "folder" as const, path: path.resolve("test/fixtures/models/tiny") } satisfies ModelReference;
const unhurried = () => new Pace(new AbortController().signal);
const near = (actual: number, expected: number, tolerance = 1e-6) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

/** [n, width], normal enough; the components shrink by `decay` one after the other. */
function randomRows(count: number, width: number, decay: number): Float32Array {
  const random = seededRandom(3);
  return Float32Array.from(
    { length: count * width },
    (_, index) => (random() + random() + random() - 1.5) * decay ** (index % width),
  );
}

describe("principal components", () => {
  it("eigenvalues and eigenvectors of a matrix known by hand", () => {
    const { values, vectors } = symmetricEigen([
      [2, 1],
      [1, 2],
    ]);
    near(values[0]!, 3);
    near(values[1]!, 1);
    near(Math.abs(vectors[0]![0]!), Math.SQRT1_2);
    near(vectors[0]![0]!, vectors[0]![1]!);
    near(vectors[1]![0]!, -vectors[1]![1]!);
  });

  it("a cross of four points: its arms are the axes, their squared lengths the shares", async () => {
    // About (1, 2, 3): six long along the third coordinate, two long along the first.
    const rows = Float32Array.from([1, 2, 6, 1, 2, 0, 2, 2, 3, 0, 2, 3]);
    const plane = await principalPlane(rows, 3, unhurried());
    assert.deepEqual([...plane.mean], [1, 2, 3]);
    [0, 0, 1].forEach((value, index) => near(plane.axes[0][index]!, value));
    [1, 0, 0].forEach((value, index) => near(plane.axes[1][index]!, value));
    near(plane.variance[0], 18 / 20);
    near(plane.variance[1], 2 / 20);
    const [x, y] = placeOn(plane, [3, 7, 4]);
    near(x, 1);
    near(y, 2);
  });

  it("the leading eigenvectors of the covariance matrix, where components are nearly equal too", async () => {
    const [count, width] = [300, 24];
    const rows = randomRows(count, width, 0.97);
    const { mean, axes, variance } = await principalPlane(rows, width, unhurried());
    const centred = Array.from({ length: count }, (_, row) =>
      mean.map((value, index) => rows[row * width + index]! - value),
    );
    const covariance = Array.from({ length: width }, (_, i) =>
      Array.from({ length: width }, (__, j) => centred.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
    );
    const exact = symmetricEigen(covariance);
    const total = exact.values.reduce((sum, value) => sum + value, 0);
    for (const axis of [0, 1] as const) {
      near(variance[axis], exact.values[axis]! / total, 1e-6);
      const along = axes[axis].reduce((sum, value, index) => sum + value * exact.vectors[axis]![index]!, 0);
      near(Math.abs(along), 1, 1e-3);
    }
  });

  it("rows without any spread give places and no figures that are none", async () => {
    const plane = await principalPlane(new Float32Array(12).fill(0.5), 4, unhurried());
    assert.deepEqual(plane.variance, [0, 0]);
    assert.ok(placeOn(plane, [1, 2, 3, 4]).every(Number.isFinite));
  });
});

describe("UMAP", function () {
  this.timeout(120_000);

  /** Two bundles of directions, at right angles to each other. */
  function bundles(each: number, width: number): Float32Array {
    const rows = randomRows(each * 2, width, 1).map((value) => value * 0.1);
    for (let row = 0; row < each * 2; row++) rows[row * width + (row < each ? 0 : 1)]! += 1;
    return directions(rows, width);
  }

  it("keeps two bundles of directions together and apart, and gives the same again", async () => {
    const places = await umapLayout(bundles(25, 8), 8, unhurried());
    assert.equal(places.length, 50);
    const centre = (from: number): [number, number] => {
      const part = places.slice(from, from + 25);
      return [0, 1].map((axis) => part.reduce((sum, place) => sum + place[axis]!, 0) / 25) as [number, number];
    };
    const [first, second] = [centre(0), centre(25)];
    const distance = (a: readonly number[], b: readonly number[]) => Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!);
    places.forEach((place, index) => {
      const [own, other] = index < 25 ? [first, second] : [second, first];
      assert.ok(distance(place, own) < distance(place, other), `point ${index} lies with the other bundle`);
    });
    assert.deepEqual(await umapLayout(bundles(25, 8), 8, unhurried()), places);
  });

  it("lays out three points", async () => {
    const places = await umapLayout(Float32Array.from([1, 0, 0, 1, 0.6, 0.8]), 2, unhurried());
    assert.equal(places.length, 3);
    assert.ok(places.flat().every(Number.isFinite));
  });

  for (const [what, from] of [
    ["its search for neighbours", 0],
    ["its epochs", 0.3],
  ] as const)
    it(`is cancelled in ${what}`, async () => {
      const controller = new AbortController();
      const told: number[] = [];
      const pace = new Pace(controller.signal, (_, fraction) => {
        told.push(fraction);
        if (fraction >= from) controller.abort();
      });
      await assert.rejects(umapLayout(bundles(200, 8), 8, pace), { name: "AbortError" });
      assert.deepEqual(
        told,
        told.toSorted((a, b) => a - b),
        "progress goes forward",
      );
      assert.ok(told.at(-1)! >= from && told.at(-1)! < 1);
      assert.equal(told.filter((fraction) => fraction >= from).length, 1, "nothing is told after the cancel");
    });
});

describe("thoughts among the vocabulary", function () {
  this.timeout(120_000);
  let model: LanguageModel;
  before(async () => {
    model = await loadOnnxModel(TINY.path, { threads: 1 });
  });
  after(() => model.dispose());

  const width = () => model.facts.hiddenSize!;
  /** The embedding of a token, as a trace would hold it. */
  const likeToken = async (id: number) => halfPrecisionBase64(await model.embed([id]));

  it("finds the nearest entries by cosine, and a sample spread evenly over the table", async () => {
    const vectors = Float32Array.from([...(await model.embed([40])), ...(await model.embed([41]))]);
    const { nearest, sample, size } = await readVocabulary(model, vectors, { nearest: 3, sample: 10 }, unhurried());
    const raw = (await model.embed(Array.from({ length: size }, (_, id) => id))).slice();
    const table = directions(raw, width());
    for (const [index, id] of [40, 41].entries()) {
      const cosines = Array.from({ length: size }, (_, other) => {
        let product = 0;
        for (let each = 0; each < width(); each++)
          product += table[id * width() + each]! * table[other * width() + each]!;
        return product;
      });
      assert.equal(nearest[index]![0]![0], id);
      nearest[index]!.forEach(([, cosine], rank) => near(cosine, cosines.toSorted((a, b) => b - a)[rank]!, 1e-5));
    }
    assert.deepEqual(
      sample.ids,
      Array.from({ length: 10 }, (_, index) => Math.floor((index * size) / 10)),
    );
    sample.ids.forEach((id, row) => near(sample.rows[row * width()]!, raw[id * width()]!, 1e-6));
  });

  for (const method of ["pca", "umap"] as const)
    it(`${method}: a thought that points at a word stands by it`, async () => {
      const vectors = [await likeToken(40), await likeToken(90)];
      const projection = await projectVectors(model, { of: "latent", method, vectors }, unhurried());
      traceEvent.parse(projection);
      const { points, words, nearest, fitted, others } = projection;
      assert.equal(points.length, 2);
      for (const [index, id] of [40, 90].entries()) {
        const [word, cosine] = nearest[index]![0]!;
        const [text, x, y] = words[word]!;
        assert.equal(text, model.tokenizer.decode([id]));
        near(cosine, 1, 1e-3);
        const [px, py] = points[index]!;
        const apart = Math.hypot(px - x, py - y);
        if (method === "pca") near(apart, 0, 1e-3);
        const places = vectorFromBase64(others!);
        const farther = places.filter(
          (_, at) => at % 2 === 0 && Math.hypot(places[at]! - px, places[at + 1]! - py) > apart,
        );
        assert.ok(
          farther.length > places.length * 0.45,
          `${farther.length} of ${places.length / 2} words are farther away`,
        );
      }
      assert.ok(fitted![0] > 0 && fitted![1] === model.tokenizer.vocabularySize);
      const places = vectorFromBase64(others!);
      assert.ok(places.length > 0 && places.length <= 512 && places.length % 2 === 0);
      assert.equal(projection.variance === undefined, method === "umap");
    });

  it("refuses vectors of another width, and none at all", async () => {
    const project = (vectors: string[]) => projectVectors(model, { of: "latent", method: "pca", vectors }, unhurried());
    await assert.rejects(project([halfPrecisionBase64(new Float32Array(7))]), { code: "model-other" });
    await assert.rejects(project(["not base64"]), { code: "model-other" });
    await assert.rejects(project([]), { code: "projection-empty" });
  });

  it("is cancelled", async () => {
    const controller = new AbortController();
    controller.abort();
    const vectors = [await likeToken(40)];
    const running = projectVectors(model, { of: "soft", method: "umap", vectors }, new Pace(controller.signal));
    await assert.rejects(running, { name: "AbortError" });
  });
});

describe("the engine's projection of a recorded run", function () {
  this.timeout(120_000);
  let cacheFolder: string;
  let engine: Engine;
  let width: number;
  before(async () => {
    cacheFolder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-projection-"));
    engine = new Engine({
      pocketFolder: path.resolve("test/fixtures/models"),
      cacheFolder,
      threads: 1,
      notify: () => undefined,
    });
    width = (await engine.loadModel({ model: TINY })).hiddenSize!;
  });
  after(async () => {
    await engine.unloadModels({});
    await rm(cacheFolder, { recursive: true });
  });

  const request = (extra: Partial<ProjectionRequest> = {}): ProjectionRequest => ({
    run: "recorded",
    model: TINY,
    strategy: "coconut",
    of: "latent",
    method: "pca",
    vectors: [halfPrecisionBase64(new Float32Array(width).fill(1))],
    ...extra,
  });

  it("gives the event that a trace carries it in, and tells how far it is", async () => {
    const fractions: (number | undefined)[] = [];
    const projection = await engine.projectLatents(request(), { progress: (_, fraction) => fractions.push(fraction) });
    assert.deepEqual(traceEvent.parse(projection), projection);
    assert.equal(projection.points.length, 1);
    assert.ok(fractions.some((fraction) => fraction !== undefined));
  });

  it("refuses weights that did not make the trace, and servers", async () => {
    await assert.rejects(engine.projectLatents(request({ sha256: "0".repeat(64) })), { code: "model-other" });
    const server = { kind: "server", url: "http://127.0.0.1:9" } as const;
    await assert.rejects(engine.projectLatents(request({ model: server })), { code: "needs-local-model" });
  });

  it("is cancelled while it is under way", async () => {
    const controller = new AbortController();
    const progress = (message: Sentence) => message.key.includes("UMAP") && setTimeout(() => controller.abort(), 1);
    const running = engine.projectLatents(request({ method: "umap" }), { signal: controller.signal, progress });
    await assert.rejects(running, { name: "AbortError" });
  });
});
