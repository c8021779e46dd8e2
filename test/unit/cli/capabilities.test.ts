import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { MatrixCell, MatrixColumn } from "../../../src/cli/capabilityMatrix";
import { STRATEGIES as REGISTRY } from "../../../src/engine/strategies";
import { LoopbackHub } from "../engine/loopbackHub";
import { BundledCli, hubEnvironment } from "./bundledCli";

const ID = "owner/tiny-ONNX";
const STRATEGIES = REGISTRY.map(({ id }) => id);
/** Those that ask nothing of a model but that it runs here: no training, and no probe that was trained. */
const TRAINING_FREE = REGISTRY.filter(({ trainedFor, probe }) => !trainedFor && (!probe || probe.when)).map(
  ({ id }) => id,
);

describe("models --capabilities", function () {
  this.timeout(240_000);
  let folder: string;
  let hub: LoopbackHub;
  let cli: BundledCli;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-matrix-"));
    hub = await LoopbackHub.start(ID, path.resolve("test/fixtures/models/tiny"));
    cli = await BundledCli.build(folder, hubEnvironment(hub.url, folder));
  });
  after(async () => {
    await hub.close();
    await rm(folder, { recursive: true });
  });

  const columns = (out: string) => (JSON.parse(out) as { models: MatrixColumn[] }).models;
  const cellOf = (column: MatrixColumn, strategy: string): MatrixCell =>
    column.cells.find((each) => each.strategy === strategy)!;

  /** Cells stand two spaces apart. */
  const columnsOf = (line: string): string[] => line.trim().split(/ {2,}/);

  it("runs every strategy on every bundled model and on a patched one of the hub, or says why not", async () => {
    const { code, out, err } = await cli.run("models", "--capabilities", "--json", "--model", ID);
    assert.equal(code, 0, err);
    const matrix = columns(out);
    const bundled = (await readdir("models/pocket"))
      .filter((name) => name !== "router")
      .map((name) => `pocket:${name}`);
    assert.deepEqual(new Set(matrix.map(({ model }) => model)), new Set([...bundled, ID]));
    for (const { model, cells } of matrix) {
      assert.deepEqual(
        cells.map(({ strategy }) => strategy),
        STRATEGIES,
      );
      for (const { strategy, outcome, reason, tokens } of cells) {
        const what = `${strategy} on ${model}: ${outcome}, ${reason}`;
        if (outcome === "ran") assert.ok(tokens! > 0, what);
        else assert.ok(outcome === "refused" && /^[^\n]{10,}[.)]$/.test(reason), what);
      }
      for (const strategy of TRAINING_FREE) assert.equal(cellOf({ cells } as MatrixColumn, strategy).outcome, "ran");
    }
    const patched = matrix.at(-1)!;
    assert.ok(patched.thinking && patched.cache.length > 0);
    assert.match(patched.capabilities.find((row) => row.capability === "soft-tokens")!.reason, /^Proven at load/);
    assert.match(cellOf(patched, "coconut").reason, /not trained for Coconut/);
    assert.match(cellOf(patched, "probe").reason, /no probe for this model/);
    const trained = matrix.find(({ model }) => model === "pocket:coconut")!;
    assert.equal(cellOf(trained, "coconut").outcome, "ran");
    assert.match(err, /owner\/tiny-ONNX: downloading fp32, 0\.2 MB, licence mit/);
    assert.match(err, /deer on owner\/tiny-ONNX/);
  });

  it("tells without running, as tables with numbered reasons; a model that does not load has its own", async () => {
    const { code, out } = await cli.run("models", "--capabilities", "--no-run", "--model", ID, "--model", "/no/such");
    assert.equal(code, 0);
    const [runs, has, reasons] = out.split("\n\n").map((table) => table.split("\n"));
    const cells = (lines: readonly string[], model: string, name: string): string => {
      const at = columnsOf(lines[0]!).indexOf(name);
      return columnsOf(lines.find((line) => line.startsWith(model))!)[at]!;
    };
    assert.equal(cells(runs!, ID, "deer"), "can run");
    assert.match(cells(runs!, ID, "think format"), /^(none|think, opened by the model)$/);
    assert.match(cells(runs!, ID, "cache"), /^\d+ parts of rows$/);
    const missing = cells(runs!, "/no/such", "deer");
    assert.match(missing, /^\[\d+\]$/);
    assert.match(
      reasons!.find((line) => line.startsWith(missing))!,
      /no model folder \/no\/such\. Choose a folder/,
    );
    assert.equal(cells(runs!, "/no/such", "think format"), "–");
    assert.match(cells(has!, ID, "hidden-states"), /^yes \[\d+\]$/);
    assert.equal(cells(has!, "/no/such", "hidden-states"), "–");
  });
});
