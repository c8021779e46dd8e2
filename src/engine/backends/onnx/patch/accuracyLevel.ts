/** How 4-bit products of a graph are computed. */
import { GraphEditor } from "../graph/graphEdit";
import { attribute } from "../graph/graphSearch";
import { readGraph } from "../graph/graphView";

/**
 * @returns the highest `accuracy_level` of the graph's MatMulNBits nodes, where 4 means activations rounded to 8 bits
 *   and 0 that nothing was asked for; undefined without such nodes
 */
export function accuracyLevel(bytes: Uint8Array): number | undefined {
  const editor = new GraphEditor(readGraph(bytes));
  const products = editor.nodes.filter((node) => node.opType === "MatMulNBits");
  if (products.length === 0) return undefined;
  return Math.max(...products.map((node) => attribute(editor, node, "accuracy_level")?.int ?? 0));
}
