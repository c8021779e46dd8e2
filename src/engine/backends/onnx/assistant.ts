/** Small ONNX graphs beside a model that turn a question into soft tokens: SoftCoT's assistant and its projection. */
import { readFile, stat } from "node:fs/promises";
import type { InferenceSession } from "onnxruntime-node";
import path from "node:path";
import { Tensor } from "./runtime";
import { ActionableError } from "../../../core/protocol/rpc";
import { under, unguarded, type Guard } from "../../watchdog/guard";
import { demandEnding } from "./graph/openEnded";
import { graphLimits, guardedSession, passLimits, weightBytes } from "./loadLimits";
import { startSession } from "./sessions";
import { l10n } from "../../../core/text/l10n";

interface Loaded {
  /** Under the guard's limits on each pass. */
  session: Pick<InferenceSession, "run">;
  release: () => Promise<void>;
  /** Of its files. */
  bytes: number;
}

/** The assistants of one model. Each stays loaded from the first run that needs it until the model is disposed of. */
export class Assistants {
  /** By name and state of the file, so that one that was replaced is read anew. */
  private readonly loads = new Map<string, Promise<Loaded>>();
  private loaded: Loaded[] = [];

  /**
   * @param folder of the model
   * @param hiddenSize of the model that the soft tokens are for
   * @param options `openEnded`: whether the person allows loops and operators of somebody's own
   */
  constructor(
    private readonly folder: string,
    private readonly hiddenSize: number,
    private readonly options: { openEnded?: boolean; guard?: Guard } = {},
  ) {}

  /** About what those that are loaded take in memory. */
  get bytes(): number {
    return this.loaded.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /**
   * @param file name of the graph in the folder; input `input_ids` [1, seq] int64, output `soft_tokens` [1, N, hidden] float32
   * @param ids the question with its placeholders
   * @returns [N, hidden], and the milliseconds of its pass
   * @throws ActionableError `assistant-missing`, `assistant-mismatch`, `graph-open-ended`, and those of `startSession`
   */
  async softTokens(file: string, ids: readonly number[]): Promise<{ vectors: Float32Array; ms: number }> {
    const { session } = await this.open(file);
    const started = performance.now();
    const { soft_tokens: soft } = await session.run({
      input_ids: new Tensor("int64", BigInt64Array.from(ids, BigInt), [1, ids.length]),
    });
    const width = soft?.dims.at(-1);
    if (!soft || !(soft.data instanceof Float32Array) || width !== this.hiddenSize) {
      throw new ActionableError(
        "assistant-mismatch",
        l10n.later`The assistant gives vectors of width ${width ?? "unknown"} and the model takes ${this.hiddenSize}.`,
        "Use the assistant that was trained for this model.",
      );
    }
    return { vectors: Float32Array.from(soft.data), ms: performance.now() - started };
  }

  async dispose(): Promise<void> {
    // One that did not load has nothing to be released.
    await Promise.allSettled(this.loads.values());
    const { loaded } = this;
    this.loads.clear();
    this.loaded = [];
    for (const { release } of loaded) await release();
  }

  private async open(file: string): Promise<Loaded> {
    // The name comes out of a manifest that anybody may have written: it must not lead out of the folder.
    if (path.basename(file) !== file) {
      throw new ActionableError(
        "assistant-missing",
        "The manifest names an assistant outside the model's folder.",
        "Put the assistant's file into the folder.",
      );
    }
    const graph = path.join(this.folder, file);
    const found = await stat(graph).catch(() => undefined);
    if (!found?.isFile()) {
      throw new ActionableError(
        "assistant-missing",
        l10n.later`The model's folder has no ${file}, the assistant that writes the soft tokens.`,
        "Put the assistant's file into the folder.",
      );
    }
    const key = `${file} ${found.size} ${found.mtimeMs}`;
    const load = this.loads.get(key) ?? this.load(file, graph);
    this.loads.set(key, load);
    try {
      return await load;
    } catch (error) {
      this.loads.delete(key);
      throw error;
    }
  }

  private async load(file: string, graph: string): Promise<Loaded> {
    const { openEnded = false, guard = unguarded } = this.options;
    // It comes with the model, so what the person allowed of the model is not asked again.
    if (!openEnded) demandEnding(await readFile(graph), file);
    const [limits, bytes] = [await graphLimits(file, graph), await weightBytes(graph)];
    const session = await under(guard, limits, () => startSession(graph, { threads: 1 }, file));
    const loaded = {
      session: guardedSession(session, guard, passLimits(file, bytes)),
      release: () => session.release(),
      bytes,
    };
    this.loaded.push(loaded);
    return loaded;
  }
}
