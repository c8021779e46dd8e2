/** Several values: lists in any order, tuples in theirs, sets, and what ± stands for. */
import { compound } from "./sameQuantity";
import { apply, holds, mapChildren, type Node, type Work } from "./node";
import { assignment } from "./relations";
import { canonical, type Verdict } from "./sameExpression";

export interface Collection {
  kind: "list" | "set" | "tuple";
  items: Node[];
  /** Of a tuple. */
  brackets: string;
  joiner: string;
}

type Same = (a: Node, b: Node) => Verdict;

const hasPlusMinus = (node: Node) =>
  holds(node, (each) => each.kind === "apply" && (each.operator === "pm" || each.operator === "mp"));

/** An expression with its ± taken as plus, or as minus: all of them at once, as ∓ is the other of the two. */
function withSign(node: Node, plus: boolean): Node {
  const inner = mapChildren(node, (child) => withSign(child, plus));
  if (inner.kind !== "apply" || (inner.operator !== "pm" && inner.operator !== "mp")) return inner;
  const adds = (inner.operator === "pm") === plus;
  const last = adds ? inner.operands.at(-1)! : apply("negate", inner.operands.at(-1)!);
  return inner.operands.length === 1 ? last : apply("add", inner.operands[0]!, last);
}

/** Both values of what holds a ±. */
function expanded(node: Node): Node[] {
  const single = node.kind === "apply" || node.kind === "relation" || node.kind === "quantity";
  return single && hasPlusMinus(node) ? [withSign(node, true), withSign(node, false)] : [node];
}

/** A node as several values; undefined where it is one. */
export function collection(node: Node): Collection | undefined {
  if (node.kind === "list") {
    const items = node.items.flatMap(expanded);
    return { kind: "list", items, brackets: "", joiner: node.joiner };
  }
  if (node.kind === "bracket") {
    const kind = node.open === "{" ? "set" : "tuple";
    // (1 ± 2, 3) is two tuples, {1 ± 2} one set.
    const items = kind === "set" ? node.items.flatMap(expanded) : node.items;
    return { kind, items, brackets: node.open + node.close, joiner: "" };
  }
  const signs = expanded(node);
  return signs.length > 1 ? { kind: "list", items: signs, brackets: "", joiner: "or" } : undefined;
}

function inOrder(a: readonly Node[], b: readonly Node[], same: Same): Verdict {
  if (a.length !== b.length) return "wrong";
  let unsure = false;
  for (const [at, item] of a.entries()) {
    const verdict = same(item, b[at]!);
    if (verdict === "wrong") return verdict;
    unsure ||= verdict === "unknown";
  }
  return unsure ? "unknown" : "right";
}

/** In any order: every item has a partner of its own. */
function inAnyOrder(a: readonly Node[], b: readonly Node[], same: Same, work: Work): Verdict {
  if (a.length !== b.length) return "wrong";
  const left = new Map<string, Node[]>();
  for (const item of b) {
    const text = canonical(item, work);
    left.set(text, [...(left.get(text) ?? []), item]);
  }
  // What is written alike finds its partner at once; only the rest is compared.
  const rest = a.filter((item) => left.get(canonical(item, work))?.pop() === undefined);
  const partners = [...left.values()].flat();
  let unsure = false;
  for (const item of rest) {
    const verdicts = partners.map((partner) => same(item, partner));
    const at = verdicts.indexOf("right");
    if (at >= 0) partners.splice(at, 1);
    else if (verdicts.includes("unknown")) unsure = true;
    else return "wrong";
  }
  return unsure ? "unknown" : "right";
}

function distinct(items: readonly Node[], same: Same): Node[] {
  const kept: Node[] = [];
  for (const item of items) if (!kept.some((other) => same(item, other) === "right")) kept.push(item);
  return kept;
}

const nameOf = (node: Node) => (node.kind === "relation" ? assignment(node)?.name : undefined);

/** x_1, x_2: one letter, counted through. */
const isCounted = (texts: readonly string[]) =>
  new Set(texts.map((text) => /^(\w+_)\(/.exec(text)?.[1] ?? text)).size === 1;

/** Of `x = 1, y = 2` the names, where every item has one and no two the same. */
function names(items: readonly Node[], work: Work): string[] | undefined {
  const found = items.map(nameOf);
  if (found.includes(undefined)) return undefined;
  const texts = found.map((name) => canonical(name!, work));
  return new Set(texts).size === texts.length && texts.length > 1 ? texts : undefined;
}

const isWordy = (items: readonly Node[]) =>
  items.every((item) => item.kind === "words" || (item.kind === "symbol" && item.name.length === 1));

function sameLists(a: Collection, b: Collection, same: Same, work: Work): Verdict {
  const [namesA, namesB] = [names(a.items, work), names(b.items, work)];
  if (namesA && namesB && [...namesA].sort().join("\n") === [...namesB].sort().join("\n")) {
    const values = inOrder(
      a.items,
      namesA.map((name) => b.items[namesB.indexOf(name)]!),
      same,
    );
    const counted = values === "wrong" && isCounted(namesA);
    return counted && inAnyOrder(a.items.map(valueOf), b.items.map(valueOf), same, work) === "right"
      ? "unknown"
      : values;
  }
  const any = inAnyOrder(a.items, b.items, same, work);
  if (a.items.length !== b.items.length) {
    // Twice the same is once; but an expected list may hold a root that counts twice.
    const [first, second] = [distinct(a.items, same), distinct(b.items, same)];
    const verdict = first.length === second.length ? inAnyOrder(first, second, same, work) : "wrong";
    const counts = a.kind !== "set" && b.kind !== "set" && second.length < b.items.length;
    return verdict === "right" && counts ? "unknown" : verdict;
  }
  if (any !== "right") return any;
  if (isCounted(namesA ?? namesB ?? [])) return "right";
  // Names on one side only say which value is which by their order.
  if ((namesA === undefined) !== (namesB === undefined))
    return inOrder(a.items, b.items, same) === "right" ? "right" : "unknown";
  const ordered =
    a.kind === "list" && b.kind === "list" && !a.joiner && !b.joiner && isWordy(a.items) && isWordy(b.items);
  // Words may be a ranking.
  return ordered && inOrder(a.items, b.items, same) !== "right" ? "unknown" : "right";
}

/** Compares several values with several. */
export function sameCollections(a: Collection, b: Collection, same: Same, work: Work): Verdict {
  if (a.kind === "tuple" && b.kind === "tuple") {
    // Of two, brackets may be the ends of an interval.
    if (a.brackets !== b.brackets && Math.max(a.items.length, b.items.length) < 3) return "wrong";
    return inOrder(a.items, b.items, same);
  }
  if (a.kind !== "tuple" && b.kind !== "tuple") return sameLists(a, b, same, work);
  const verdict = inOrder(a.items, b.items, same);
  if (verdict !== "right" && inAnyOrder(a.items, b.items, same, work) === "wrong") return "wrong";
  // A set is no tuple; a bare list may be one.
  return a.kind === "set" || b.kind === "set" ? "unknown" : verdict;
}

/** Compares one value with several: right only if all of them are that one. */
export function sameAsOne(several: Collection, one: Node, same: Same): Verdict {
  const sum = several.kind === "list" && several.joiner === "and" ? compound(several.items) : undefined;
  if (sum) return same(sum, one);
  if (several.kind === "tuple" && several.items.length > 1) return "wrong";
  let unsure = several.items.length === 0;
  for (const item of several.items) {
    const verdict = same(item, one);
    if (verdict === "wrong") return verdict;
    unsure ||= verdict === "unknown";
  }
  return unsure ? "unknown" : "right";
}

/** `(x, y) = (1, 2)` as `x = 1, y = 2`. */
export function apart(node: Node): Node {
  if (node.kind !== "relation" || node.operators.join() !== "=") return node;
  const [names, values] = node.operands as [Node, Node];
  if (names.kind !== "bracket" || values.kind !== "bracket" || names.items.length !== values.items.length) return node;
  if (names.items.length < 2 || names.items.some((item) => item.kind !== "symbol")) return node;
  const items = names.items.map((name, at): Node => ({
    kind: "relation",
    operators: ["="],
    operands: [name, values.items[at]!],
  }));
  return { kind: "list", items, joiner: "" };
}

const valueOf = (node: Node): Node => (node.kind === "relation" ? (assignment(node)?.value ?? node) : node);
const isRealNumber = (node: Node) =>
  node.kind === "relation" &&
  node.operators.join() === "in" &&
  node.operands[1]!.kind === "symbol" &&
  node.operands[1]!.name === "reals";

/** Without the remark that a variable is a real number, as all are that are compared. */
export function withoutDomain(node: Node): Node {
  if (node.kind !== "list") return node;
  const items = node.items.filter((item) => !isRealNumber(item));
  if (items.length === node.items.length || items.length === 0) return node;
  return items.length === 1 ? items[0]! : { ...node, items };
}

/** `x = 1, 2, 3`: the name in front is that of all. */
export function nameOfAll(node: Node): Node {
  if (node.kind !== "list" || node.items.length < 2) return node;
  const [first, ...rest] = node.items;
  const named = first?.kind === "relation" ? assignment(first) : undefined;
  if (!named || rest.some((item) => item.kind === "relation" || item.kind === "words")) return node;
  return { ...node, items: [named.value, ...rest] };
}
