/**
 * npm run test:graphs -- FOLDER [NAME …]: every model in the folder token for token against onnxruntime's own pass over the
 * same text, in prefill, steps, rewinds with snapshots and without, forks and trial answers. Prints a matrix; fails when a
 * token differs by more than onnxruntime's steps differ from its one pass, or a model does not load.
 */
import { readdirSync } from "node:fs";
import path from "node:path";
import { toErrorShape } from "../../src/core/protocol/rpc";
import { readModelFolder } from "../../src/engine/files/modelFolder";
import { loadOnnxModel, type OnnxModel } from "../../src/engine/backends/onnx/onnxModel";
import { CHECKS, Comparison } from "../unit/onnx/graphChecks";
import { GraphOracle } from "../unit/onnx/graphOracle";

/** Without room for snapshots everything that cannot be dropped is read again. */
const MEANS = { "": {}, " reread": { snapshotBytes: 0, slack: 0 } };

const [folder, ...names] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name the folder that the models' folders are in.");
const models = readdirSync(folder)
  .filter((name) => !name.startsWith(".") && (names.length === 0 || names.includes(name)))
  .sort();
const columns = Object.keys(CHECKS).flatMap((check) =>
  Object.keys(MEANS)
    .filter((means) => means === "" || ["rewind", "fork", "trial"].includes(check))
    .map((means) => ({ check, means: means as keyof typeof MEANS })),
);
const heads = ["model", ...columns.map(({ check, means }) => check + means), "refused"];
console.log(`| ${heads.join(" | ")} |\n|${heads.map(() => "---|").join("")}`);

let failures = 0;
for (const name of models) {
  const cells: string[] = [];
  try {
    const { graphFile, config } = await readModelFolder(path.join(folder, name));
    const oracle = await GraphOracle.open(graphFile, config);
    const loaded = new Map<keyof typeof MEANS, OnnxModel>();
    for (const { check, means } of columns) {
      if (!loaded.has(means))
        loaded.set(means, await loadOnnxModel(path.join(folder, name), { threads: 1, limits: MEANS[means] }));
      cells.push(await cell(loaded.get(means)!, oracle, check));
    }
    const refused = loaded.get("")!.capabilities.filter(({ has }) => !has);
    cells.push(refused.map(({ capability }) => capability).join(", "));
    for (const model of loaded.values()) await model.dispose();
    await oracle.release();
  } catch (error) {
    failures += 1;
    cells.push(toErrorShape(error).message);
  }
  console.log(`| ${[name, ...cells].join(" | ")} |`);
}
console.log(failures === 0 ? `\nAll ${models.length} models are equal.` : `\n${failures} checks failed.`);
process.exitCode = failures === 0 ? 0 : 1;

async function cell(model: OnnxModel, oracle: GraphOracle, check: string): Promise<string> {
  const comparison = new Comparison(oracle);
  try {
    await CHECKS[check]!(model, comparison);
  } catch (error) {
    failures += 1;
    return `failed: ${toErrorShape(error).message}`;
  }
  const { tokens, ties, differences } = comparison;
  if (differences.length === 0) return `${tokens - ties} equal${ties > 0 ? `, ${ties} within rounding` : ""}`;
  failures += 1;
  const [first] = differences;
  return `${differences.length} of ${tokens} differ, the first after ${first!.at} tokens by ${first!.margin.toExponential(1)}`;
}
