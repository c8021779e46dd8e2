/**
 * The next token by onnxruntime alone: the whole text in one pass from an empty cache, on the model file as it is. Nothing of
 * the engine is used, so that what the engine makes of caches can be held against it.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { decodeModel, encodeModel, type OracleModel, type OracleValue } from "./onnxProto";

type Config = Readonly<Record<string, unknown>>;
interface Size {
  dimValue?: number;
  dimParam?: string;
}

export class GraphOracle {
  private readonly known = new Map<string, Float32Array>();

  private constructor(
    private readonly session: InferenceSession,
    private readonly empty: Readonly<Record<string, Tensor>>,
    private readonly inputs: ReadonlyMap<string, readonly Size[]>,
    /** The output that each cache input is fed next. */
    private readonly presents: ReadonlyMap<string, string>,
  ) {}

  static async open(graphFile: string, config: Config): Promise<GraphOracle> {
    const bytes = new Uint8Array(readFileSync(graphFile));
    const model = decodeModel(bytes);
    const mended = mendPositions(model);
    const session = await InferenceSession.create(mended ? encodeModel(model) : bytes, {
      ...{ intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 4 },
      extra: { session: { model_external_initializers_file_folder_path: path.dirname(graphFile) } },
    });
    const inputs = new Map(
      (model.graph.input ?? []).map((value): [string, readonly Size[]] => [value.name, sizesOf(value)]),
    );
    const empty: Record<string, Tensor> = {};
    for (const value of model.graph.input ?? [])
      if (!STEP.has(value.name)) empty[value.name] = emptyPart(value, model, config);
    const outputs = (model.graph.output ?? []).map(({ name }) => name);
    return new GraphOracle(session, empty, inputs, presentsOf(Object.keys(empty), outputs));
  }

  /** Scores of the token after `ids`, [vocabulary]. */
  async logits(ids: readonly number[]): Promise<Float32Array> {
    const key = ids.join();
    const before = this.known.get(key);
    if (before) return before;
    const { logits } = await this.session.run(this.feeds(ids, 0, this.empty), ["logits"]);
    const width = logits!.dims[2]!;
    const last = Float32Array.from((logits!.data as Float32Array).subarray(-width));
    this.known.set(key, last);
    return last;
  }

  private feeds(ids: readonly number[], from: number, past: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
    const feeds: Record<string, Tensor> = { ...past, input_ids: int64(ids, [1, ids.length]) };
    const seen = from + ids.length;
    if (this.inputs.has("attention_mask")) feeds["attention_mask"] = int64(new Array<number>(seen).fill(1), [1, seen]);
    const positions = this.inputs.get("position_ids");
    if (positions) {
      const rows = positions.length === 3 ? (positions[0]!.dimValue ?? 3) : 1;
      const values = Array.from({ length: rows }, () => ids.map((_, index) => from + index)).flat();
      feeds["position_ids"] = int64(values, [...(positions.length === 3 ? [rows] : []), 1, ids.length]);
    }
    return feeds;
  }

  /**
   * What the runtime's own rounding comes to after `ids`: the largest difference of any score between this one pass and its own
   * steps over its own cache. Operators on few bits take other kernels for one token than for many.
   */
  async rounding(ids: readonly number[]): Promise<number> {
    const whole = await this.logits(ids);
    let past = this.empty;
    let last: Float32Array = new Float32Array();
    for (const [index, id] of ids.entries()) {
      const outputs = await this.session.run(this.feeds([id], index, past));
      past = Object.fromEntries(Object.keys(past).map((name) => [name, outputs[this.presents.get(name)!]!]));
      last = outputs["logits"]!.data as Float32Array;
    }
    return whole.reduce((most, value, id) => Math.max(most, Math.abs(value - last[id]!)), 0);
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}

const STEP = new Set(["input_ids", "attention_mask", "position_ids"]);

const sizesOf = (value: OracleValue): readonly Size[] => value.type?.tensorType?.shape?.dim ?? [];

/**
 * The builder declares three rows of positions for Qwen3.5 also where it writes an operator that takes one. Such a file cannot
 * be run as it is: the declared rank is taken out.
 */
function mendPositions(model: OracleModel): boolean {
  const positions = model.graph.input?.find(({ name }) => name === "position_ids");
  const readers = model.graph.node?.filter(({ input }) => input?.includes("position_ids")) ?? [];
  if (!positions || sizesOf(positions).length !== 3 || !readers.every(({ opType }) => opType === "RotaryEmbedding"))
    return false;
  positions.type!.tensorType!.shape!.dim = [{ dimParam: "batch_size" }, { dimParam: "sequence_length" }];
  return true;
}

/** By the exporters' names; parts that nobody has names for come in the order of the outputs. */
function presentsOf(pasts: readonly string[], outputs: readonly string[]): Map<string, string> {
  const parts = outputs.filter((name) => name !== "logits");
  return new Map(
    pasts.map((past, index) => {
      const named = past.replace("past_key_values", "present").replace("past", "present");
      return [past, outputs.includes(named) && named !== past ? named : parts[index]!];
    }),
  );
}

/** No rows, a state of zeros, or a window's whole room. */
function emptyPart(value: OracleValue, model: OracleModel, config: Config): Tensor {
  const reader = model.graph.node?.find(({ input }) => input?.includes(value.name));
  const int = (name: string): number => reader?.attribute?.find((each) => each.name === name)?.i ?? 0;
  const room = int("sliding_window_cache") === 1 ? int("local_window_size") + 7 : 0;
  const heads = Number(config["num_key_value_heads"] ?? config["num_attention_heads"]);
  const headSize = Number(config["head_dim"] ?? Number(config["hidden_size"]) / Number(config["num_attention_heads"]));
  const isRows = sizesOf(value).length === 4;
  const dims = sizesOf(value).map(({ dimValue }, axis) => {
    if (dimValue) return dimValue;
    if (axis === 0) return 1;
    if (isRows && axis === 1) return heads;
    if (isRows && axis === 3) return headSize;
    return room;
  });
  const count = dims.reduce((product, size) => product * size, 1);
  return value.type?.tensorType?.elemType === 10
    ? new Tensor("float16", new Uint16Array(count), dims)
    : new Tensor("float32", new Float32Array(count), dims);
}

const int64 = (values: readonly number[], dims: number[]): Tensor =>
  new Tensor("int64", BigInt64Array.from(values, BigInt), dims);
