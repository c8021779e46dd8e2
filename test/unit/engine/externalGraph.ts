/** The tiny model with its weights in a file of any name beside, or around, its graph. */
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { renameWeights } from "../../../src/engine/backends/onnx/graph/weightLocations";

const SOURCE = path.resolve("test/fixtures/models/tiny-external/onnx");

/** Both paths are seen from `folder`. */
export async function putGraph(folder: string, graph: string, weights: string): Promise<void> {
  const [graphFile, weightsFile] = [path.join(folder, graph), path.join(folder, weights)];
  for (const file of [graphFile, weightsFile]) await mkdir(path.dirname(file), { recursive: true });
  const name = path.relative(path.dirname(graphFile), weightsFile).split(path.sep).join("/");
  await writeFile(
    graphFile,
    renameWeights(await readFile(path.join(SOURCE, "model.onnx")), () => name),
  );
  await copyFile(path.join(SOURCE, "model.onnx_data"), weightsFile);
}
