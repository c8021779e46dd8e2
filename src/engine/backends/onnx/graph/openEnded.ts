/**
 * What in a graph decides by itself how long it runs: loops of the standard, and operators that no standard names. Its
 * own functions and the graphs inside its nodes are looked into as well. Field numbers are those of onnx.proto
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
import { ActionableError } from "../../../../core/protocol/rpc";
import { withFileErrors } from "./graphView";
import { body, fields, readText, type ByteRange, type Field } from "./protobuf";
import { l10n } from "../../../../core/text/l10n";

/** Operators that repeat a graph of their own: as often as they say, or once for each row of an input. */
const LOOPS = new Set(["Loop", "Scan", "BeamSearch", "GreedySearch", "Sampling", "WhisperBeamSearch"]);
/** Operator sets that come with ONNX Runtime. */
const KNOWN_SETS = new Set([
  ...["", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview", "ai.onnx.preview.training"],
  ...["com.microsoft", "com.microsoft.nchwc", "com.ms.internal.nhwc"],
]);
/** Operators that are named to a person. */
const MOST_NAMED = 3;
const LONGEST_NAME = 60;

/** Numbers of fields. */
const MODEL = { graph: 7, functions: 25 };
const GRAPH_NODES = 1;
const FUNCTION = { name: 1, nodes: 7, domain: 10 };
const NODE = { operator: 4, attributes: 5, domain: 7 };
const ATTRIBUTE = { graph: 6, graphs: 11 };

/**
 * The operators that make a graph one to ask about, as `Loop` and `acme::Think`; none where there is nothing to ask.
 * @throws GraphError `not-onnx`, `cut-off`
 */
export function openEndedOperators(bytes: Uint8Array): string[] {
  return withFileErrors(bytes, () => {
    const found = new Set<string>();
    const nodes: Field[] = [];
    const own = new Set<string>();
    const add = (range: ByteRange, number: number) => {
      for (const field of fields(bytes, range)) if (field.wire === 2 && field.number === number) nodes.push(field);
    };
    for (const field of fields(bytes, { start: 0, end: bytes.length })) {
      if (field.wire !== 2) continue;
      if (field.number === MODEL.graph) add(body(field), GRAPH_NODES);
      if (field.number === MODEL.functions) {
        own.add(functionName(bytes, field));
        add(body(field), FUNCTION.nodes);
      }
    }
    for (let node = nodes.pop(); node; node = nodes.pop()) {
      let [operator, domain] = ["", ""];
      for (const field of fields(bytes, body(node))) {
        if (field.wire !== 2) continue;
        if (field.number === NODE.operator) operator = readText(bytes, field);
        else if (field.number === NODE.domain) domain = readText(bytes, field);
        else if (field.number === NODE.attributes)
          for (const part of fields(bytes, body(field)))
            if (part.wire === 2 && (part.number === ATTRIBUTE.graph || part.number === ATTRIBUTE.graphs))
              add(body(part), GRAPH_NODES);
      }
      if (LOOPS.has(operator)) found.add(operator);
      else if (!KNOWN_SETS.has(domain) && !own.has(`${domain}::${operator}`)) found.add(`${domain}::${operator}`);
    }
    return [...found].sort();
  });
}

function functionName(bytes: Uint8Array, field: Field): string {
  let [name, domain] = ["", ""];
  for (const part of fields(bytes, body(field))) {
    if (part.wire !== 2) continue;
    if (part.number === FUNCTION.name) name = readText(bytes, part);
    if (part.number === FUNCTION.domain) domain = readText(bytes, part);
  }
  return `${domain}::${name}`;
}

/**
 * Asks before a graph runs that may not end.
 * @param subject how the sentence names the graph
 * @throws ActionableError `graph-open-ended`; GraphError of `openEndedOperators`
 */
export function demandEnding(bytes: Uint8Array, subject: string): void {
  const operators = openEndedOperators(bytes);
  if (operators.length === 0) return;
  const named = operators.slice(0, MOST_NAMED).map((each) => each.replace(/[^\w.:-]/g, "?").slice(0, LONGEST_NAME));
  const more = operators.length > named.length ? ` and ${operators.length - named.length} more` : "";
  throw new ActionableError(
    "graph-open-ended",
    l10n.later`${subject} has operators that may run for ever (${named.join(", ")}${more}).`,
    "Allow this model if you trust where it comes from, on the command line by --allow-graph.",
  );
}
