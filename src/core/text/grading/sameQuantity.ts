/** Numbers with units: converted where they measure the same, unlike where they do not, and a unit that one side leaves out is no difference. */
import { apply, holds, mapChildren, type Node, type Work } from "./node";
import { rational, times } from "./rational";
import { sameExpression, type Verdict } from "./sameExpression";
import { isAngle, isPercent, readUnits, sameMeasure, shareNoun, type Unit } from "./units";

type Quantity = Extract<Node, { kind: "quantity" }>;

const PI: Node = { kind: "symbol", name: "pi" };
const HUNDRED: Node = { kind: "number", value: { top: 100n, bottom: 1n } };

/** A number in the first unit of its kind. */
function inBaseUnits(number: Node, { scale, pi, shift }: Unit): Node {
  const shifted = shift ? apply("add", number, { kind: "number", value: shift }) : number;
  const scaled = sameScale(scale) ? shifted : apply("multiply", shifted, { kind: "number", value: scale });
  if (pi === 0) return scaled;
  const power: Node = { kind: "number", value: rational(BigInt(Math.abs(pi)))! };
  return apply(pi > 0 ? "multiply" : "divide", scaled, apply("power", PI, power));
}

const sameScale = (scale: Unit["scale"]) => scale.top === scale.bottom;

function inUnits(a: Quantity, b: Quantity, work: Work): Verdict {
  const raw = sameExpression(a.number, b.number, work);
  const verdicts = a.units.flatMap((unit) => b.units.map((other) => withUnits(unit, other)));
  // A name with several meanings is right in any of them, and wrong in all.
  if (verdicts.includes("right")) return "right";
  return verdicts.every((verdict) => verdict === "wrong") ? "wrong" : "unknown";

  function withUnits(unit: Unit, other: Unit): Verdict {
    const same = sameMeasure(unit, other);
    if (same === undefined) {
      if (raw === "right") return shareNoun(unit, other) || isBare(unit) || isBare(other) ? "right" : "unknown";
      return unit.nouns.length > 0 && other.nouns.length > 0 ? raw : raw === "wrong" ? "wrong" : "unknown";
    }
    if (!same) return convertible(unit, other) ? "unknown" : "wrong";
    const equal = unit.scale.top * other.scale.bottom === other.scale.top * unit.scale.bottom;
    if (equal && unit.pi === other.pi && unit.shift === other.shift) return raw;
    return sameExpression(inBaseUnits(a.number, unit), inBaseUnits(b.number, other), work);
  }
}

const isBare = (unit: Unit) => unit.nouns.length === 0 && unit.measures.size === 0;

/** Months and days are both times, but no number of days is a month; nor has one currency a fixed worth in another. */
function convertible(a: Unit, b: Unit): boolean {
  const times = (unit: Unit) => unit.measures.size === 1 && (unit.measures.has("time") || unit.measures.has("months"));
  return times(a) && times(b);
}

/** A number with a unit and one without. */
function withAndWithout(quantity: Quantity, bare: Node, work: Work): Verdict {
  const verdict = sameExpression(quantity.number, bare, work);
  if (verdict === "right") return verdict;
  if (quantity.units.some(isPercent)) return sameExpression(quantity.number, apply("multiply", bare, HUNDRED), work);
  // 90° is π/2; a number without π is taken as degrees too.
  const radians =
    quantity.units.some(isAngle) &&
    holds(
      bare,
      (node) =>
        node === PI ||
        (node.kind === "symbol" && node.name === "pi") ||
        (node.kind === "apply" && node.operator === "degree"),
    );
  return radians
    ? sameExpression(apply("degree", inBaseUnits(quantity.number, quantity.units[0]!)), bare, work)
    : verdict;
}

/** Compares two numbers of which at least one has a unit. */
export function sameQuantity(a: Node, b: Node, work: Work): Verdict {
  if (a.kind === "quantity" && b.kind === "quantity") {
    const [percentA, percentB] = [a.units.some(isPercent), b.units.some(isPercent)];
    if (percentA !== percentB && ![...a.units, ...b.units].some(({ nouns }) => nouns.length > 0)) return "wrong";
    return inUnits(a, b, work);
  }
  if (a.kind === "quantity") return withAndWithout(a, b, work);
  return b.kind === "quantity" ? withAndWithout(b, a, work) : sameExpression(a, b, work);
}

/** `2 hours and 30 minutes` as 150 minutes; undefined for what is no such sum. */
export function compound(items: readonly Node[]): Quantity | undefined {
  const quantities = items.filter((item): item is Quantity => item.kind === "quantity");
  if (items.length < 2 || quantities.length < items.length) return undefined;
  const last = quantities.at(-1)!;
  for (const unit of last.units) {
    const parts = quantities.map((each) =>
      each.units.find((other) => sameMeasure(each.units.length > 0 ? other : unit, unit)),
    );
    const falls = parts.every((part, at) => at === 0 || larger(parts[at - 1], part));
    if (unit.pi !== 0 || unit.shift || !falls) continue;
    const sum = quantities.map((each, at) => inBaseUnits(each.number, parts[at]!)).reduce((a, b) => apply("add", a, b));
    const units = [{ ...unit, scale: times(unit.scale, { top: unit.scale.bottom, bottom: unit.scale.top })! }];
    return { kind: "quantity", number: sum, units };
  }
  return undefined;
}

function larger(a: Unit | undefined, b: Unit | undefined): boolean {
  return a !== undefined && b !== undefined && a.scale.top * b.scale.bottom > b.scale.top * a.scale.bottom;
}

/** A number of degrees or of nothing that is known. */
export const degrees = (number: Node): Quantity => ({ kind: "quantity", number, units: readUnits("°") });

const isDegree = (node: Node) => node.kind === "apply" && node.operator === "degree";
/** What an angle may be worked out with and stay one. */
const LINEAR = /^(?:add|negate|multiply|divide|degree)$/;
const isAngleSum = (node: Node): boolean =>
  !holds(node, isDegree) || (node.kind === "apply" && LINEAR.test(node.operator) && node.operands.every(isAngleSum));
const withoutDegrees = (node: Node): Node => mapChildren(isDegree(node) ? operand(node) : node, withoutDegrees);
const operand = (node: Node) => (node.kind === "apply" ? node.operands[0]! : node);

/** `180° - 2α` against `180 - 2α`: right where only the signs of degrees are left out; undefined for anything else. */
export function sameButDegrees(a: Node, b: Node, work: Work): Verdict | undefined {
  if (holds(a, isDegree) === holds(b, isDegree)) return undefined;
  const [angle, bare] = holds(a, isDegree) ? [a, b] : [b, a];
  const isRadian = holds(bare, (node) => node.kind === "symbol" && node.name === "pi");
  if (isRadian || bare.kind === "quantity" || !isAngleSum(angle)) return undefined;
  return sameExpression(withoutDegrees(angle), bare, work) === "right" ? "right" : undefined;
}
