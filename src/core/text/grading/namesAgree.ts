/** Whether two equations name the same: `Area = 5` and `x = 5` do, `xy = 6` and `y = 6` or P(A) and P(B) do not. */
import { productOf } from "./besideWords";
import { mapChildren, type Node, type Work } from "./node";
import type { Relation } from "./relations";
import { canonical } from "./sameExpression";
import { comparableWords } from "./words";

/** Letters that may be a product, `xy`, or the name of a segment, `AB`: no words. */
const isShort = (node: Node) =>
  node.kind === "words" && (/^[A-Z]{2,5}$/.test(node.text) || productOf(node.text) !== undefined);

/** The same name, the same function of another variable, or a name in words. */
export function namesAgree(a: Node, b: Node, work: Work): boolean {
  if (canonical(a, work) === canonical(b, work) || isTurned(a, b)) return true;
  if (a.kind === "words" && b.kind === "words") return !isShort(a) && !isShort(b) && shareWord(a.text, b.text);
  if (a.kind === "words" || b.kind === "words") return !isShort(a) && !isShort(b);
  const called = calledOf(a, work);
  return called !== undefined && called === calledOf(b, work);
}

/** The value of one function in the variables of the other: of f(y) = x it is y in those of f(x). */
export function inVariablesOf(value: Node, own: Node, other: Node): Node {
  if (own.kind !== "apply" || other.kind !== "apply") return value;
  const [from, to] = [argumentsOf(own), argumentsOf(other)];
  if (from.length !== to.length) return value;
  const names = new Map<string, string>();
  for (const [at, name] of from.entries()) names.set(name, to[at]!).set(to[at]!, names.get(to[at]!) ?? name);
  const change = (node: Node): Node =>
    node.kind === "symbol" ? { ...node, name: names.get(node.name) ?? node.name } : mapChildren(node, change);
  return change(value);
}

function argumentsOf({ operator, operands }: Extract<Node, { kind: "apply" }>): string[] {
  const given = operator === "multiply" ? operands.slice(1) : operands;
  return given.flatMap((each) => (each.kind === "symbol" ? [each.name] : []));
}

/** Segments are the same from either end, and products in any order. */
function isTurned(a: Node, b: Node): boolean {
  if (!isShort(a) || !isShort(b) || a.kind !== "words" || b.kind !== "words") return false;
  const sorted = (text: string) => [...text].sort().join("");
  return /^[A-Z]+$/.test(a.text) ? [...a.text].reverse().join("") === b.text : sorted(a.text) === sorted(b.text);
}

function shareWord(a: string, b: string): boolean {
  const words = new Set(comparableWords(a).split(" "));
  return comparableWords(b)
    .split(" ")
    .some((word) => words.has(word));
}

/** The function of a name like `f(x)`; none where its argument is no variable: f(3) is not f(2), nor P(A) P(B). */
function calledOf(node: Node, work: Work): string | undefined {
  if (node.kind !== "apply") return undefined;
  const isVariable = (each: Node) => each.kind === "symbol" && /^[a-z]$|^[a-z]{3,}$/.test(each.name);
  const { operator, operands } = node;
  if (operator.endsWith("()")) return operands.every(isVariable) ? operator : undefined;
  const [of, ...rest] = operands;
  return operator === "multiply" && rest.every(isVariable) ? canonical(of!, work) : undefined;
}

/** An equation whose short name is read as the product that it is, where the other's name is a letter of it. */
export function spelled(relation: Relation, other: Node): Relation {
  const [name, ...rest] = relation.operands;
  if (name?.kind !== "words" || other.kind !== "symbol" || !name.text.includes(other.name)) return relation;
  const product = productOf(name.text);
  return product ? { ...relation, operands: [product, ...rest] } : relation;
}
