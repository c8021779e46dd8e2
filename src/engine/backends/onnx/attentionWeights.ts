/**
 * The output `attention_weights` float32 [S, P+S] for graphs whose attention is written out: what each new row pays to
 * each row after softmax, averaged over heads and layers. Steps do not want it, so it is in a graph of its own.
 */
import { isRefusal } from "./patch/patchedGraph";
import type { Refusal } from "./patch/patchedGraph";
import { findAttention } from "./patch/graphAttention";
import type { NewNode } from "./graph/graphEdit";
import { GraphEditor } from "./graph/graphEdit";
import { elementType } from "./graph/graphSearch";
import { elementTypes, readGraph, withFileErrors } from "./graph/graphView";
import { l10n } from "../../../core/text/l10n";

export const weightsName = "attention_weights";

/**
 * Adds the output to a patched model of batch size 1.
 * @param layers layers of its cache
 * @returns the model, or why its weights cannot be read
 * @throws GraphError when the bytes are no ONNX file
 */
export function withAttentionWeights(patched: Uint8Array, layers: number): Uint8Array | Refusal {
  return withFileErrors(patched, () => {
    const editor = new GraphEditor(readGraph(patched));
    const sites = findAttention(editor, layers);
    if (isRefusal(sites)) return sites;
    if (sites.operators.length)
      return "The attention of this model is one operator, which does not put its weights out.";
    if (editor.opset < 13)
      return l10n.later`The model uses operator set ${editor.opset}; reading its attention needs 13 or later.`;
    const [shape, rows] = [`${weightsName}/ids`, `${weightsName}/rows`];
    const made: NewNode[] = [
      { opType: "Shape", inputs: ["input_ids"], outputs: [shape] },
      { opType: "Slice", inputs: [shape, editor.ints([1]), editor.ints([2])], outputs: [rows] },
    ];
    const means = sites.softmaxes.map(({ outputs: [weights] }, layer) => {
      const prefix = `${weightsName}/${layer}`;
      const add = (opType: string, inputs: string[], name: string, attributes: NewNode["attributes"] = {}): string => {
        made.push({ opType, inputs, outputs: [`${prefix}/${name}`], attributes });
        return `${prefix}/${name}`;
      };
      let each = weights!;
      if (elementType(editor, each) !== elementTypes.float)
        each = add("Cast", [each], "float", { to: elementTypes.float });
      // [1, N, S, T], or with the query heads of each key-value head stacked as rows [1, K, G*S, T]: both are [N, S, T].
      const whole = add("Shape", [each], "shape");
      const columns = add("Slice", [whole, editor.ints([3]), editor.ints([4])], "columns");
      const heads = add("Concat", [editor.ints([-1]), rows, columns], "target", { axis: 0 });
      const apart = add("Reshape", [each, heads], "heads");
      return editor.opset < 18
        ? add("ReduceMean", [apart], "mean", { axes: [0], keepdims: 0 })
        : add("ReduceMean", [apart, editor.ints([0])], "mean", { keepdims: 0 });
    });
    made.push({ opType: "Mean", inputs: means, outputs: [weightsName] });
    editor.append(made);
    editor.addOutput(weightsName, elementTypes.float, ["length", "total_length"]);
    return editor.write();
  });
}
