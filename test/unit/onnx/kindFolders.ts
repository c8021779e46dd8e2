/** Models with one cache of each kind: the graphs of test/fixtures/onnx/make_cache_kinds.py beside the tiny model's tokenizer. */
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fixtureFolder, fixtureNames } from "./fixtures";
import type { OracleModel } from "./onnxProto";
import { decodeModel, encodeModel } from "./onnxProto";

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

  /** The same model in two graphs: one that looks embeddings up, and one that takes them. @param type of what is looked up */
  async split(name: string, type: "float32" | "float16" = "float32"): Promise<string> {
    const folder = await this.make(name, (graph) => {
      const look = graph.node!.find(({ input }) => input!.includes("input_ids"))!;
      graph.node = graph.node!.filter((node) => node !== look);
      for (const node of graph.node)
        node.input = node.input!.map((each) => (each === look.output![0] ? "inputs_embeds" : each));
      const dim = [{ dimParam: "batch_size" }, { dimParam: "sequence_length" }, { dimValue: kindConfig.hidden_size }];
      const embeds = { name: "inputs_embeds", type: { tensorType: { elemType: 1, shape: { dim } } } };
      graph.input = graph.input!.map((each) => (each.name === "input_ids" ? embeds : each));
      if (graph.node.some(({ input }) => input!.includes("input_ids"))) throw new Error("Ids are read elsewhere.");
    });
    const onnx = path.join(folder, "onnx");
    await rename(path.join(onnx, "model.onnx"), path.join(onnx, "decoder_model_merged.onnx"));
    const { graph, ...model } = decodeModel(await readFile(path.join(fixtureFolder, `${name}.onnx`)));
    const look = graph.node!.find(({ input }) => input!.includes("input_ids"))!;
    const table = graph.node!.find(({ output }) => output!.includes(look.input![0]!))!;
    const elemType = type === "float32" ? 1 : 10;
    table.attribute!.find((each) => each.name === "to")!.i = elemType;
    const lookUp = {
      ...graph,
      node: [table, look],
      initializer: graph.initializer!.filter((each) => each.name === table.input![0]),
      input: graph.input!.filter((each) => each.name === "input_ids"),
      output: [{ name: look.output![0]!, type: { tensorType: { elemType } } }],
      valueInfo: [],
    };
    await writeFile(path.join(onnx, "embed_tokens.onnx"), encodeModel({ ...model, graph: lookUp }));
    return folder;
  }

  async remove(): Promise<void> {
    for (const folder of this.folders) await rm(folder, { recursive: true });
  }
}
