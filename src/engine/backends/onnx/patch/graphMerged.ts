/**
 * Merged decoders: optimum once put the graph without a cache and the graph with one into the branches of an If node, chosen
 * by the input `use_cache_branch`. The branch with a cache is a whole language model, also over an empty cache, so it is
 * taken out and the other one is left behind. Whether it computes what the file does is for the proof to say.
 */
import { readGraphFields } from "../graph/graphView";
import type { GraphView, NodeView } from "../graph/graphView";
import { body, fields } from "../graph/protobuf";
import type { ByteRange } from "../graph/protobuf";

/** The graph with a cache as a graph of its own, or the graph itself when it is not merged. */
export function unwrapMerged(view: GraphView): GraphView {
  const choice = view.nodes.find((node) => node.opType === "If" && node.outputs.includes("logits"));
  const condition = choice?.inputs[0];
  const branch = choice && thenBranch(view, choice);
  if (!branch || !view.inputs.some((input) => input.name === condition)) return view;
  const inner: GraphView = {
    ...view,
    otherFields: [],
    nodes: [],
    initializers: new Map(view.initializers),
    inputs: [],
    outputs: [],
    values: new Map(),
  };
  readGraphFields(view.bytes, branch, inner);
  // The If node gives its outputs names by their order; a branch that calls them otherwise is not optimum's.
  const sameNames = choice.outputs.every((name, index) => inner.outputs[index]?.name === name);
  if (!sameNames) return view;
  return {
    ...inner,
    otherFields: view.otherFields,
    nodes: [...view.nodes.filter((node) => node !== choice), ...inner.nodes],
    inputs: view.inputs.filter((input) => input.name !== condition),
    outputs: view.outputs,
  };
}

/** Where the graph of the attribute `then_branch` stands in the file. */
function thenBranch(view: GraphView, choice: NodeView): ByteRange | undefined {
  const attribute = choice.attributes.find(({ name }) => name === "then_branch");
  const [whole] = attribute ? fields(view.bytes, attribute) : [];
  if (!whole) return undefined;
  for (const field of fields(view.bytes, body(whole))) if (field.number === 6 && field.wire === 2) return body(field);
  return undefined;
}
