/** Answers of which one at least is in words. */
import { choice } from "./choice";
import { readable } from "./dress";
import { apply, type Node, type Work } from "./node";
import { isOpen, sameExpression, type Verdict } from "./sameExpression";
import { polarity, sameWords } from "./words";

const canonicalDigits = (number: string) => String(Number(number.replace(/[,.]$/, "").replaceAll(",", "")));

function digitsOf(node: Node): string | undefined {
  if (node.kind === "quantity") return digitsOf(node.number);
  if (node.kind !== "number") return undefined;
  return String(Number(node.value.top) / Number(node.value.bottom));
}

/** Up to three letters as the product that they may be. */
export function productOf(words: string): Node | undefined {
  if (!/^[a-zA-Z]{2,3}$/.test(words)) return undefined;
  return [...words]
    .map((name): Node => ({ kind: "symbol", name }))
    .reduce((product, each) => apply("multiply", product, each));
}

/** Words as they are read, and a letter as a word; undefined for mathematics. */
function text(node: Node): string | undefined {
  if (node.kind === "words") return readable(node.text).replace(/^['"]|['"]$/g, "");
  if (node.kind === "symbol") return node.name;
  if (node.kind !== "list" || node.items.length === 0) return undefined;
  const parts = node.items.map(text);
  return parts.includes(undefined) ? undefined : parts.join(` ${node.joiner || ","} `);
}

const sorted = (letters: string) => [...letters].sort().join("");

function bothInWords(answer: string, gold: string): Verdict {
  if (choice(gold) && gold.length === 1 && answer.length > 1) return "unknown";
  const verdict = sameWords(answer, gold);
  if (verdict !== "wrong" || polarity(gold) !== undefined) return verdict;
  // `ab` and `ba` are the same product, if they are products.
  return productOf(answer) && productOf(gold) && sorted(answer) === sorted(gold) ? "unknown" : verdict;
}

/** Compares two answers of which one is words, or a list with words in it. */
export function besideWords(answer: Node, gold: Node, work: Work): Verdict {
  const [a, b] = [text(answer), text(gold)];
  if (a !== undefined && b !== undefined) return bothInWords(a, b);
  const [words, other] = a === undefined ? [b, answer] : [a, gold];
  if (words === undefined) return "unknown";
  if (other.kind === "empty") return /^no(?: \w+)? solutions?$|^none$/i.test(words) ? "right" : "wrong";
  const product = productOf(words);
  if (product && sameExpression(product, other, work) === "right") return "right";
  // A number cannot be what has no number in it.
  const numbers = words.match(/(?<![A-Za-z])\d[\d,.]*(?![A-Za-z])/g) ?? [];
  if (numbers.length === 0) return isOpen(other) && / /.test(words) ? "unknown" : "wrong";
  const digits = digitsOf(other);
  const said = digits === undefined || isOpen(other) || numbers.some((number) => canonicalDigits(number) === digits);
  return said ? "unknown" : "wrong";
}
