/** Models with one cache of each kind: the graphs of test/fixtures/onnx/make_cache_kinds.py beside the tiny model's tokenizer. */
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fixtureFolder, fixtureNames } from "./fixtures";
import type { OracleModel } from "./onnxProto";
import { decodeModel, encodeModel } from "./onnxProto";
import { readFile } from "node:fs/promises";

export const kindNames = fixtureNames.filter((name) => name.startsWith("kinds-"));

export const kindConfig = {
  ...{ hidden_size: 8, vocab_size: 386, num_attention_heads: 2, num_key_value_heads: 1, head_dim: 16 },
  max_position_embeddings: 512,
};

export class KindFolders {
  private readonly folders: string[] = [];

  /** @param change what of the graph is otherwise in this folder */
  async make(name: string, change?: (graph: OracleModel["graph"]) => void): Promise<string> {
    const folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-kind-"));
    this.folders.push(folder);
    const tiny = path.resolve("test/fixtures/models/tiny");
    for (const file of ["tokenizer.json", "tokenizer_config.json", "generation_config.json"])
      await cp(path.join(tiny, file), path.join(folder, file));
    await writeFile(path.join(folder, "config.json"), JSON.stringify(kindConfig));
    await mkdir(path.join(folder, "onnx"));
    const bytes = await readFile(path.join(fixtureFolder, `${name}.onnx`));
    const model = decodeModel(bytes);
    change?.(model.graph);
    await writeFile(path.join(folder, "onnx/model.onnx"), change ? encodeModel(model) : bytes);
    return folder;
  }

  async remove(): Promise<void> {
    for (const folder of this.folders) await rm(folder, { recursive: true });
  }
}
