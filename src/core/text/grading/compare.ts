/** Whether two answers, read as trees, mean the same. */
import { besideWords } from "./besideWords";
import { apart, collection, nameOfAll, withoutDomain, sameAsOne, sameCollections } from "./collections";
import { workedOut } from "./matrices";
import { apply, holds, type Node, type Work } from "./node";
import { isRegion, mayBeRegion, readings, sameRegion } from "./regions";
import { assignment, isName, ofVariables, outcome, sameRelation, type Relation } from "./relations";
import { canonical, isOpen, sameExpression, type Verdict } from "./sameExpression";
import { inVariablesOf, namesAgree, spelled } from "./namesAgree";
import { isNumeric } from "./parseExpression";
import { sameButDegrees, sameQuantity } from "./sameQuantity";
import { isUnit, readUnits } from "./units";

/** Compares an answer with the expected one, which says what kind of answer is wanted. */
export class Comparison {
  private depth = 0;

  constructor(private readonly work: Work) {}

  readonly same = (answer: Node, gold: Node): Verdict => {
    this.work.spend(3);
    if (this.depth > 24) return "unknown";
    this.depth++;
    try {
      return this.compare(this.plain(answer), this.plain(gold));
    } finally {
      this.depth--;
    }
  };

  /** `5m`: five metres or five times m. */
  private metres(answer: Node, gold: Node): Verdict | undefined {
    const [a, b] = [unitProduct(answer), unitProduct(gold)];
    if ((a === undefined) === (b === undefined)) return undefined;
    const [product, other] = a ? [a, gold] : [b!, answer];
    if (isOpen(other)) return undefined;
    const verdict = sameQuantity(product, other, this.work);
    return verdict === "right" && other.kind !== "quantity" ? "unknown" : verdict;
  }

  private plain(node: Node): Node {
    if (node.kind === "relation") return apart(ofVariables(node));
    if (node.kind === "list") return nameOfAll(withoutDomain(node));
    return holds(node, (each) => each.kind === "matrix") ? workedOut(node, this.work) : node;
  }

  private compare(answer: Node, gold: Node): Verdict {
    if (answer.kind === "words" || gold.kind === "words") {
      const [single, goldSingle] = [onlyItem(answer), onlyItem(gold)];
      return (single ?? goldSingle)
        ? this.same(single ?? answer, goldSingle ?? gold)
        : besideWords(answer, gold, this.work);
    }
    if (canonical(answer, this.work) === canonical(gold, this.work)) return "right";
    const [single, goldSingle] = [onlyItem(answer), onlyItem(gold)];
    if ((single === undefined) !== (goldSingle === undefined)) return this.same(single ?? answer, goldSingle ?? gold);
    if (isRegion(answer) || isRegion(gold)) {
      const region = this.region(answer, gold);
      if (region) return region;
    }
    if (answer.kind === "relation" || gold.kind === "relation") {
      const verdict = this.relations(answer, gold);
      if (verdict) return verdict;
    }
    const [several, goldSeveral] = [collection(answer), collection(gold)];
    if (several && goldSeveral) return this.collections(answer, gold);
    if (answer.kind === "matrix" || gold.kind === "matrix") return this.matrices(answer, gold);
    if (several) return sameAsOne(several, gold, this.same);
    if (goldSeveral) return sameAsOne(goldSeveral, answer, (item, one) => this.same(one, item));
    if (answer.kind === "empty" || gold.kind === "empty") return answer.kind === gold.kind ? "right" : "wrong";
    if (answer.kind === "ratio" || gold.kind === "ratio") return this.ratios(answer, gold);
    const based = this.bases(answer, gold);
    const angle = sameButDegrees(answer, gold, this.work);
    return (
      based ??
      angle ??
      this.metres(answer, gold) ??
      this.residues(answer, gold) ??
      sameQuantity(answer, gold, this.work)
    );
  }

  private collections(answer: Node, gold: Node): Verdict {
    const [a, b] = [collection(answer)!, collection(gold)!];
    return sameCollections(a, b, this.same, this.work);
  }

  private region(answer: Node, gold: Node): Verdict | undefined {
    const value = (node: Node) =>
      node.kind === "relation" && node.operators.join() === "in" ? node.operands[1]! : node;
    const [a, b] = [value(answer), value(gold)];
    if (answer.kind === "relation" && gold.kind === "relation" && isRegion(answer) && isRegion(gold)) {
      const verdict = sameRelation(answer, gold, this.work);
      if (verdict === "right") return verdict;
    }
    if (!mayBeRegion(a) || !mayBeRegion(b)) return undefined;
    const verdicts = readings(a).flatMap((first) => readings(b).map((other) => sameRegion(first, other, this.work)));
    if (verdicts.includes("right")) return "right";
    return verdicts.includes("unknown") ? "unknown" : "wrong";
  }

  private relations(answer: Node, gold: Node): Verdict | undefined {
    const [named, goldNamed] = [answer, gold].map((node) => (node.kind === "relation" ? assignment(node) : undefined));
    if (answer.kind === "relation" && gold.kind === "relation") {
      if (named && goldNamed) return this.assignments(answer, gold);
      const verdict = sameRelation(answer, gold, this.work);
      if (verdict !== "unknown" || !(named && !goldNamed)) return verdict;
      return verdict;
    }
    if (named) {
      const verdict = this.same(named.value, gold);
      const nearly = named.nearly && verdict !== "right" ? this.same(named.nearly, gold) : verdict;
      return nearly === "right" ? nearly : verdict;
    }
    if (goldNamed) {
      const verdict = this.same(answer, goldNamed.value);
      return verdict !== "right" && goldNamed.nearly && this.same(answer, goldNamed.nearly) === "right"
        ? "right"
        : verdict;
    }
    if (answer.kind === "relation") return this.unnamed(answer, gold);
    return gold.kind === "relation" && !isName(answer) ? "wrong" : "unknown";
  }

  /** `2 + 2 = 4` where 4 is asked for. */
  private unnamed(answer: Relation, gold: Node): Verdict {
    const found = outcome(answer);
    if (!found) return mayBeRegion(gold) || isOpen(gold) ? "unknown" : "wrong";
    const verdict = this.same(found.value, gold);
    return verdict === "right" && !found.certain ? "unknown" : verdict;
  }

  private assignments(answer: Relation, gold: Relation): Verdict {
    const [a, b] = [assignment(answer)!, assignment(gold)!];
    const values = this.same(a.value, b.value);
    if (namesAgree(a.name, b.name, this.work)) {
      if (values !== "right") return values;
      // f(y) = x is not f(x) = x, though their last sides agree.
      const verdict = this.same(inVariablesOf(a.value, a.name, b.name), b.value);
      return verdict === "right" && this.differBetween(answer, gold) ? "unknown" : verdict;
    }
    // `y = 2x` and `x = y/2` say the same; `a = 5` and `b = 5` may not.
    const [first, second] = [spelled(answer, b.name), spelled(gold, a.name)];
    const verdict = sameRelation(first, second, this.work);
    if (verdict === "wrong" && (first !== answer || second !== gold)) return verdict;
    return verdict === "right"
      ? verdict
      : values === "right"
        ? "unknown"
        : verdict === "unknown" && !isOpen(a.value)
          ? values
          : verdict;
  }

  /** Of `x = ay = 3` and `x = by = 3`, whose last sides alone agree: what stands between may be another equation. */
  private differBetween(answer: Relation, gold: Relation): boolean {
    const between = ({ operands }: Relation) =>
      operands.slice(1, -1).filter((side) => side.kind === "words" || isOpen(side));
    const [a, b] = [between(answer), between(gold)];
    return a.length > 0 && b.length > 0 && this.all(a, b) !== "right";
  }

  private matrices(answer: Node, gold: Node): Verdict {
    const [a, b] = [rows(answer), rows(gold)];
    if (!a || !b) return "wrong";
    // A vector may stand or lie.
    const flat = (cells: Node[][]) =>
      cells.length === 1 || cells.every((row) => row.length === 1) ? cells.flat() : undefined;
    const isMatrix = answer.kind === "matrix" && gold.kind === "matrix";
    const [first, second] = [flat(a), flat(b)];
    if (!isMatrix && first && second) return this.all(first, second);
    if (a.length !== b.length) return "wrong";
    const verdicts = a.map((row, at) => this.all(row, b[at]!));
    return verdicts.includes("wrong") ? "wrong" : verdicts.includes("unknown") ? "unknown" : "right";
  }

  private all(a: readonly Node[], b: readonly Node[]): Verdict {
    if (a.length !== b.length) return "wrong";
    const verdicts = a.map((item, at) => this.same(item, b[at]!));
    return verdicts.includes("wrong") ? "wrong" : verdicts.includes("unknown") ? "unknown" : "right";
  }

  /** 3:4 is 6:8 and 3/4; of more parts each has the same share. */
  private ratios(answer: Node, gold: Node): Verdict {
    if (answer.kind !== "ratio" || gold.kind !== "ratio") {
      const [ratio, other] = answer.kind === "ratio" ? [answer, gold] : [gold, answer];
      if (ratio.kind !== "ratio" || ratio.parts.length > 2) return "wrong";
      return sameQuantity(ratio, other, this.work);
    }
    if (answer.parts.length !== gold.parts.length) return "wrong";
    const share = (node: typeof answer, at: number) => apply("divide", node.parts[at]!, node.parts[0]!);
    const verdicts = gold.parts.map((_, at) => sameExpression(share(answer, at), share(gold, at), this.work));
    return verdicts.includes("wrong") ? "wrong" : verdicts.includes("unknown") ? "unknown" : "right";
  }

  /** 204 in base 5 is no 204; whether its value is wanted in base 10 cannot be told. */
  private bases(answer: Node, gold: Node): Verdict | undefined {
    const base = (node: Node) => (node.kind === "number" ? node.base : undefined);
    if (base(answer) === base(gold)) return undefined;
    const verdict = sameExpression(answer, gold, this.work);
    const decimal = [base(answer), base(gold)].includes(10n) && [base(answer), base(gold)].includes(undefined);
    return verdict === "right" && !decimal ? "unknown" : verdict;
  }

  /** 3 (mod 7) is 10 (mod 7) and no 3 (mod 8). */
  private residues(answer: Node, gold: Node): Verdict | undefined {
    const modulus = (node: Node) => (node.kind === "apply" && node.operator === "mod" ? node.operands[1]! : undefined);
    const [a, b] = [modulus(answer), modulus(gold)];
    return a && b && sameExpression(a, b, this.work) === "wrong" ? "wrong" : undefined;
  }
}

/** A number times a letter that is also a unit, as a number with that unit. */
function unitProduct(node: Node): Node | undefined {
  if (node.kind !== "apply" || node.operator !== "multiply") return undefined;
  const [number, letter] = node.operands;
  if (!isNumeric(number!) || letter?.kind !== "symbol" || letter.name.length > 1 || !isUnit(letter.name))
    return undefined;
  return { kind: "quantity", number: number!, units: readUnits(letter.name) };
}

function onlyItem(node: Node): Node | undefined {
  return node.kind === "bracket" && node.items.length === 1 ? node.items[0] : undefined;
}

function rows(node: Node): Node[][] | undefined {
  if (node.kind === "matrix") return node.rows;
  const several = collection(node);
  if (!several || several.kind === "set") return undefined;
  const inner = several.items.map((item) => (item.kind === "bracket" ? item.items : undefined));
  return inner.includes(undefined) ? [several.items] : (inner as Node[][]);
}
