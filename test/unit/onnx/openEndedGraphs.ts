/** Language models whose graphs decide by themselves how long they run, made from one that does not. */
import { decodeModel, encodeModel, type OracleModel, type OracleNode, type OracleValue } from "./onnxProto";

const FLOAT = 1;
const INT64 = 7;
const BOOL = 9;
const GRAPH_ATTRIBUTE = 5;

const value = (name: string, elemType: number, dims?: number): OracleValue => ({
  name,
  type: {
    tensorType: {
      elemType,
      ...(dims === undefined ? {} : { shape: { dim: Array.from({ length: dims }, () => ({})) } }),
    },
  },
});
const identity = (from: string, to: string): OracleNode => ({ opType: "Identity", input: [from], output: [to] });

/** Passes what it gets on, as often as it is told. */
const loop = (from: string, to: string): OracleNode => ({
  opType: "Loop",
  input: ["trips", "always", from],
  output: [to],
  attribute: [
    {
      name: "body",
      type: GRAPH_ATTRIBUTE,
      g: {
        name: "body",
        input: [value("trip", INT64, 0), value("goes_on", BOOL, 0), value("carried", FLOAT)],
        node: [identity("goes_on", "goes_on_out"), identity("carried", "carried_out")],
        output: [value("goes_on_out", BOOL, 0), value("carried_out", FLOAT)],
      },
    },
  ],
});

/** Passes row by row on. */
const scan = (from: string, to: string): OracleNode => ({
  opType: "Scan",
  input: [from],
  output: [to],
  attribute: [
    { name: "num_scan_inputs", i: 1, type: 2 },
    {
      name: "body",
      type: GRAPH_ATTRIBUTE,
      g: {
        name: "body",
        input: [value("row", FLOAT)],
        node: [identity("row", "row_out")],
        output: [value("row_out", FLOAT)],
      },
    },
  ],
});

const within =
  (branch: (from: string, to: string) => OracleNode) =>
  (from: string, to: string): OracleNode => ({
    opType: "If",
    input: ["always"],
    output: [to],
    attribute: ["then_branch", "else_branch"].map((name) => ({
      name,
      type: GRAPH_ATTRIBUTE,
      g: { name, node: [branch(from, `${name}_out`)], output: [value(`${name}_out`, FLOAT)] },
    })),
  });

const OWN = "own.functions";
const call =
  (name: string) =>
  (from: string, to: string): OracleNode => ({
    opType: name,
    domain: OWN,
    input: [from],
    output: [to],
  });
/** A function that calls the one before it twice, so that so many of them are 2^count nodes. */
const doubling = (count: number): NonNullable<OracleModel["functions"]> =>
  Array.from({ length: count }, (_, at) => ({
    name: `f${at}`,
    domain: OWN,
    input: ["x"],
    output: ["y"],
    node: at === 0 ? [identity("x", "y")] : [call(`f${at - 1}`)("x", "m"), call(`f${at - 1}`)("m", "y")],
    opsetImport: [
      { domain: "", version: 17 },
      { domain: OWN, version: 1 },
    ],
  }));

/** Node by node what stands before the logits. @param functions of the model's own */
function before(
  bytes: Uint8Array,
  node: (from: string, to: string) => OracleNode,
  functions: NonNullable<OracleModel["functions"]> = [],
  domains: readonly string[] = [],
): Uint8Array {
  const model = decodeModel(bytes);
  const { graph } = model;
  for (const each of graph.node ?? [])
    each.output = (each.output ?? []).map((name) => (name === "logits" ? "logits_before" : name));
  graph.node = [...(graph.node ?? []), node("logits_before", "logits")];
  const trips = new Uint8Array(new BigInt64Array([2n ** 62n]).buffer);
  graph.initializer = [
    ...(graph.initializer ?? []),
    { name: "trips", dims: [], dataType: INT64, rawData: trips },
    { name: "always", dims: [], dataType: BOOL, rawData: Uint8Array.of(1) },
  ];
  model.functions = functions;
  model.opsetImport = [...model.opsetImport, ...domains.map((domain) => ({ domain, version: 1 }))];
  return encodeModel(model);
}

/** A model of each kind, with the operators that make it one to ask about. */
export const OPEN_ENDED: [what: string, make: (bytes: Uint8Array) => Uint8Array, operators: string[]][] = [
  ["a loop of 2^62 rounds", (bytes) => before(bytes, loop), ["Loop"]],
  ["a scan", (bytes) => before(bytes, scan), ["Scan"]],
  ["a loop in a branch", (bytes) => before(bytes, within(loop)), ["Loop"]],
  ["a scan in a branch of a branch", (bytes) => before(bytes, within(within(scan))), ["Scan"]],
  [
    "a loop in a function of its own",
    (bytes) => before(bytes, call("looping"), [{ ...doubling(1)[0]!, name: "looping", node: [loop("x", "y")] }], [OWN]),
    ["Loop"],
  ],
  ["operators of somebody's own", (bytes) => ofSomebody(bytes, "acme", "Think"), ["acme::Think"]],
];

/** With an operator that no standard and no runtime names. */
export function ofSomebody(bytes: Uint8Array, domain: string, opType: string): Uint8Array {
  return before(bytes, (from, to) => ({ opType, domain, input: [from], output: [to] }), [], [domain]);
}

/** Nothing in it loops, and it is 2^40 nodes. */
export const doublingFunctions = (bytes: Uint8Array): Uint8Array => before(bytes, call("f40"), doubling(41), [OWN]);
