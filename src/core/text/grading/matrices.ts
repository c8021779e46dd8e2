/** Sums and products of matrices, worked out cell by cell. */
import { apply, TooMuch, type Node, type Work } from "./node";

type Matrix = Extract<Node, { kind: "matrix" }>;

const isMatrix = (node: Node): node is Matrix => node.kind === "matrix";
const width = ({ rows }: Matrix) => rows[0]?.length ?? 0;
const whole = (node: Node): Node =>
  node.kind === "bracket" && node.items.length === 1 && isMatrix(node.items[0]!) ? node.items[0]! : node;

function added(a: Matrix, b: Matrix): Node | undefined {
  if (a.rows.length !== b.rows.length || width(a) !== width(b)) return undefined;
  return { kind: "matrix", rows: a.rows.map((row, y) => row.map((cell, x) => apply("add", cell, b.rows[y]![x]!))) };
}

function multiplied(a: Matrix, b: Matrix, work: Work): Node | undefined {
  if (width(a) !== b.rows.length || a.rows.some((row) => row.length !== b.rows.length)) return undefined;
  work.spend(a.rows.length * width(a) * width(b));
  const cell = (row: Node[], x: number) =>
    row.map((each, at) => apply("multiply", each, b.rows[at]![x]!)).reduce((sum, each) => apply("add", sum, each));
  return { kind: "matrix", rows: a.rows.map((row) => Array.from({ length: width(b) }, (_, x) => cell(row, x))) };
}

const scaled = (matrix: Matrix, by: Node): Node => ({
  kind: "matrix",
  rows: matrix.rows.map((row) => row.map((cell) => apply("multiply", by, cell))),
});

function determinant(rows: Node[][], work: Work): Node | undefined {
  work.spend(rows.length);
  if (rows.length > 5 || rows.some((row) => row.length !== rows.length)) return undefined;
  if (rows.length === 1) return rows[0]![0]!;
  const terms = rows[0]!.map((cell, x) => {
    const minor = determinant(
      rows.slice(1).map((row) => row.filter((_, at) => at !== x)),
      work,
    );
    const term = minor && apply("multiply", cell, minor);
    return x % 2 === 0 || !term ? term : apply("negate", term);
  });
  return terms.reduce((sum, term) => sum && term && apply("add", sum, term));
}

/** The cells of a product grow with every factor. */
const MOST_PRODUCTS = 3;

/** The same node with what is computed of matrices worked out; unchanged where there is nothing of the kind. */
export function workedOut(given: Node, work: Work, done = { products: 0 }): Node {
  const node = whole(given);
  if (node.kind !== "apply") return node;
  const operands = node.operands.map((operand) => workedOut(operand, work, done));
  const [a, b] = operands.map((operand) => (isMatrix(operand) ? operand : undefined));
  const [first, second] = operands as [Node, Node];
  let result: Node | undefined;
  if (node.operator === "determinant" && a) result = determinant(a.rows, work);
  else if (node.operator === "negate" && a) result = scaled(a, { kind: "number", value: { top: -1n, bottom: 1n } });
  else if (node.operator === "add" && a && b) result = added(a, b);
  else if (node.operator === "multiply" && a && b) {
    if (++done.products > MOST_PRODUCTS) throw new TooMuch();
    result = multiplied(a, b, work);
  } else if (node.operator === "multiply" && (a || b)) result = scaled((a ?? b)!, a ? second : first);
  else if (node.operator === "divide" && a)
    result = scaled(a, apply("divide", { kind: "number", value: { top: 1n, bottom: 1n } }, second));
  return result ?? node;
}
