/** Where the graphs of a model's variants are: as transformers.js names them, or in folders of their own. */
import { DTYPES, type Dtype } from "../../core/protocol/modelName";

/** The ends of model file names by dtype. */
const FILE_ENDS: Readonly<Record<Dtype, string>> = {
  q4: "_q4",
  q8: "_quantized",
  int8: "_int8",
  uint8: "_uint8",
  fp32: "",
  q4f16: "_q4f16",
  bnb4: "_bnb4",
  fp16: "_fp16",
};

/** A graph among the files of a model, with paths from its root, `/` between their parts. */
export interface GraphPlace {
  graph: string;
  /** The graph that looks embeddings up, where that is one of its own beside the other. */
  embedding?: string;
  /** Folders in which its settings and tokenizer may be, nearest first; the root is empty. */
  homes: string[];
}

/** What a folder of ONNX Runtime's generator holds beside its graph. */
export const GENAI_CONFIG = "genai_config.json";

/** Where the graph of a variant usually is, the commonest place first. */
function usualNames(dtype: Dtype): string[] {
  const end = FILE_ENDS[dtype];
  const usual = [`onnx/model${end}.onnx`, `model${end}.onnx`, `onnx/decoder_model_merged${end}.onnx`];
  return dtype === "fp32" ? [...usual, "onnx/model_fp32.onnx", "model_fp32.onnx"] : usual;
}

/** Folders deep that graphs are looked for. */
export const DEEPEST_GRAPH = 4;
/** Made for what this engine does not run on. */
const ELSEWHERE =
  /(?:^|[/_-])(?:cuda|rocm|dml|directml|gpu|webgpu|qnn|npu|vitis|vitisai|openvino|trt|tensorrt|coreml)(?:[/_-]|$)/i;

/**
 * The variants among the files of a model, the preferred first. Graphs in folders of their own, as ONNX Runtime's
 * generator has them (`cpu_and_mobile/cpu-int4-rtn-block-32/model.onnx`), count where there are none in the usual places.
 */
export function graphPlaces(paths: readonly string[]): Map<Dtype, GraphPlace> {
  const there = new Set(paths);
  const places = new Map<Dtype, GraphPlace>();
  for (const dtype of DTYPES) {
    const graph = usualNames(dtype).find((name) => there.has(name));
    // Exporters may put the settings beside the graph; where there are two of one, the model's own lie at the root.
    if (graph !== undefined)
      places.set(dtype, { graph, ...embeddingOf(graph, dtype, there), homes: ["", ...folders(graph).slice(0, -1)] });
  }
  if (places.size > 0) return places;
  const graphs = paths.filter((name) => name.endsWith(".onnx") && name.split("/").length <= DEEPEST_GRAPH + 1);
  const whole = graphs.filter((name) => isWholeModel(name, graphs, there));
  const own = whole.filter((name) => !ELSEWHERE.test(name));
  for (const dtype of DTYPES) {
    const [graph] = (own.length > 0 ? own : whole).filter((name) => dtypeOf(name) === dtype).sort(preferred);
    if (graph !== undefined) places.set(dtype, { graph, ...embeddingOf(graph, dtype, there), homes: folders(graph) });
  }
  return places;
}

/** Of the same dtype where it is there, else of any: a table of embeddings is small beside the rest. */
function embeddingOf(graph: string, dtype: Dtype, there: ReadonlySet<string>): Pick<GraphPlace, "embedding"> {
  const [folder] = folders(graph);
  if (!graph.split("/").at(-1)!.startsWith("decoder_model_merged")) return {};
  const names = [dtype, ...DTYPES].map((each) => within(folder!, `embed_tokens${FILE_ENDS[each]}.onnx`));
  const embedding = names.find((name) => there.has(name));
  return embedding === undefined ? {} : { embedding };
}

/** Graphs of a part of a model, by name. */
const PART = /encoder|embed|vision|audio|decoder_(?:model\.|with_past)|vae|unet|head/i;

/** A generator's folder may call its graph anything; elsewhere only a name tells a language model from its parts. */
function isWholeModel(name: string, graphs: readonly string[], there: ReadonlySet<string>): boolean {
  const [folder] = folders(name);
  const beside = graphs.filter((each) => folders(each)[0] === folder);
  if (there.has(within(folder!, GENAI_CONFIG)) && beside.length === 1) return true;
  const file = name.split("/").at(-1)!;
  // The only graph that there is can be called anything.
  if (graphs.length === 1 && !PART.test(file)) return true;
  return /^(?:model|decoder_model_merged)(?:[._-][a-z0-9._-]+)?\.onnx$/i.test(file);
}

function dtypeOf(name: string): Dtype {
  const ends = Object.entries(FILE_ENDS) as [Dtype, string][];
  const byEnd = ends.find(([, end]) => end !== "" && name.endsWith(`${end}.onnx`));
  if (byEnd) return byEnd[0];
  if (/int4|(?:^|[/_-])q4|4bit|awq/i.test(name)) return /q4f16/i.test(name) ? "q4f16" : "q4";
  if (/int8|(?:^|[/_-])q8|8bit/i.test(name)) return "q8";
  return /fp16|float16|f16/i.test(name) ? "fp16" : "fp32";
}

/** For a processor, with the accuracy that is quick on one, and of several models in one place the smallest. */
function preferred(a: string, b: string): number {
  const rank = (name: string) => (/cpu/i.test(name) ? 0 : 2) + (/acc-level-4/i.test(name) ? 0 : 1);
  return rank(a) - rank(b) || billions(a) - billions(b) || a.length - b.length || (a < b ? -1 : 1);
}

/** Parameters as a name tells them, in billions: `qwen-1.5B`; 0 where it does not. */
function billions(name: string): number {
  const [, number, unit] = /[/_-](\d{1,4}(?:\.\d{1,3})?)([bm])(?=[/_-])/i.exec(name) ?? [];
  return number === undefined ? 0 : Number(number) * (/b/i.test(unit!) ? 1 : 0.001);
}

/** The folder of a file and those around it, up to the root, which is empty. */
function folders(name: string): string[] {
  const parts = name.split("/").slice(0, -1);
  return [...parts.map((_, index) => parts.slice(0, parts.length - index).join("/")), ""];
}

/** The path of a file in a folder of the model. */
export const within = (folder: string, name: string): string => (folder === "" ? name : `${folder}/${name}`);

/**
 * Which files hold the weights of `graph`, told by their names: for the sizes that are shown before anything is
 * downloaded. The graph itself says what they are called.
 */
export function likelyWeights(graph: string, paths: readonly string[]): string[] {
  const stem = graph.slice(0, -".onnx".length);
  const [folder] = folders(graph);
  const beside = paths.filter((name) => folders(name)[0] === folder && name !== graph);
  const named = beside.filter(
    (name) => name.startsWith(`${graph}_data`) || name.startsWith(`${graph}.data`) || name === `${stem}.data`,
  );
  if (named.length > 0 || beside.some((name) => name.endsWith(".onnx"))) return named;
  return beside.filter((name) => /\.(?:data|bin|weights?|onnx_data(?:_\d+)?)$/.test(name));
}
