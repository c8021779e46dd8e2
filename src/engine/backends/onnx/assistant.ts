/** A small ONNX graph beside a model that turns a question into soft tokens: SoftCoT's assistant and its projection. */
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { Tensor } from "./runtime";
import { ActionableError } from "../../../core/protocol/rpc";
import { under, unguarded, type Guard } from "../../watchdog/guard";
import { demandEnding } from "./graph/openEnded";
import { graphLimits, guardedSession, passLimits } from "./loadLimits";
import { startSession } from "./sessions";

/**
 * @param folder of the model
 * @param file name of the graph in it; input `input_ids` [1, seq] int64, output `soft_tokens` [1, N, hidden] float32
 * @param ids the question with its placeholders
 * @param hiddenSize of the model that the soft tokens are for
 * @param openEnded whether the person allows loops and operators of somebody's own
 * @returns [N, hidden]
 * @throws ActionableError `assistant-missing`, `assistant-mismatch`, `graph-open-ended`, and those of `startSession`
 */
export async function softTokens(
  folder: string,
  file: string,
  ids: readonly number[],
  hiddenSize: number,
  { openEnded = false, guard = unguarded }: { openEnded?: boolean; guard?: Guard } = {},
): Promise<{ vectors: Float32Array; ms: number }> {
  // The name comes out of a manifest that anybody may have written: it must not lead out of the folder.
  if (path.basename(file) !== file) {
    throw new ActionableError(
      "assistant-missing",
      "The manifest names an assistant outside the model's folder.",
      "Put the assistant's file into the folder.",
    );
  }
  const graph = path.join(folder, file);
  if (!(await stat(graph).catch(() => undefined))?.isFile()) {
    throw new ActionableError(
      "assistant-missing",
      `The model's folder has no ${file}, the assistant that writes the soft tokens.`,
      "Put the assistant's file into the folder.",
    );
  }
  const bytes = await readFile(graph);
  // It comes with the model, so what the person allowed of the model is not asked again.
  if (!openEnded) demandEnding(bytes, file);
  const limits = await graphLimits(file, graph);
  const session = await under(guard, limits, () => startSession(graph, { threads: 1 }, file));
  try {
    const started = performance.now();
    const { soft_tokens: soft } = await guardedSession(session, guard, passLimits(file, bytes.length)).run({
      input_ids: new Tensor("int64", BigInt64Array.from(ids, BigInt), [1, ids.length]),
    });
    const width = soft?.dims.at(-1);
    if (!soft || !(soft.data instanceof Float32Array) || width !== hiddenSize) {
      throw new ActionableError(
        "assistant-mismatch",
        `The assistant gives vectors of width ${width ?? "unknown"} and the model takes ${hiddenSize}.`,
        "Use the assistant that was trained for this model.",
      );
    }
    return { vectors: Float32Array.from(soft.data), ms: performance.now() - started };
  } finally {
    await session.release();
  }
}
