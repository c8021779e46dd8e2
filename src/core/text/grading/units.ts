/** Units of answers: what they measure, and how much of it. Other words after a number say what is counted. */
import { fromDecimal, ONE, over, times, toPower, rational, type Rational } from "./rational";

export interface Unit {
  /** How much it is in the first unit of its kind, times π to the power of `pi`. */
  scale: Rational;
  pi: number;
  /** Added before scaling: 0 °C is 273.15 K. */
  shift: Rational | undefined;
  /** What it measures, as powers: speed is length 1, time -1. */
  measures: ReadonlyMap<string, number>;
  /** Words that are no unit: `apples`. */
  nouns: readonly string[];
}

/** What is measured, then name and size of each unit. Names that two rows have mean both. */
const TABLE: Record<string, string> = {
  length:
    "m,meter,metre,米 1; 公里,千米 1000; 厘米 0.01; 毫米 0.001; in,inch,inches 0.0254; ft,foot,feet 0.3048; yd,yard 0.9144; mi,mile 1609.344; au 149597870700",
  "length 2": "hectare,ha 10000; acre 4046.8564224; sqft,ft² 0.09290304",
  "length 3":
    "l,L,liter,litre 0.001; gallon,gal 0.003785411784; quart,qt 0.000946352946; pint,pt 0.000473176473; cup 0.0002365882365; tablespoon,tbsp 0.00001478676478125; teaspoon,tsp 0.00000492892159375; cc 0.000001; oz,ounce 0.0000295735295625",
  mass: "g,gram,gramme,克 1; 千克,公斤 1000; t,tonne,ton 1000000; ton 907184.74; lb,lbs,pound 453.59237; oz,ounce 28.349523125; stone 6350.29318; kilo 1000",
  time: "s,sec,second,秒 1; min,minute,分钟 60; h,hr,hour,小时 3600; d,day,天 86400; week,wk 604800",
  months: "month 1; year,yr 12; decade 120; century,centuries 1200",
  angle: "degree,deg,° 1; ′,arcminute 1/60; ″,arcsecond 1/3600; revolution 360",
  temperature: "K,kelvin 1",
  currency: "dollar,$,usd,buck 1; cent,¢ 0.01",
  euros: "euro,€,eur 1; cent 0.01",
  sterling: "pound,£,gbp,quid 1; penny,pennies,pence 0.01",
  yen: "yen,¥,jpy,円 1",
  yuan: "yuan,¥,cny,rmb,元 1",
  rupees: "rupee,₹,inr,rs,Rs 1",
  won: "won,₩,krw,원 1",
  roubles: "rouble,ruble,₽,rub 1",
  francs: "franc,chf 1",
  data: "bit 1; B,byte 8; KB 8000; KB,kilobyte 8192; MB,megabyte 8388608; GB,gigabyte 8589934592; TB,terabyte 8796093022208; KiB 8192; MiB 8388608; GiB 8589934592",
  "length 1 time -1": "mph 0.44704; kph 1/3.6; knot 1852/3600",
  "time -1": "Hz,hertz 1; rpm 1/60",
  "mass 1 length 1 time -2": "N,newton 1000",
  "mass 1 length 2 time -2":
    "J,joule 1000; cal,calorie 4184; kcal 4184000; Wh 3600000; eV 0.0000000000000000001602176634",
  "mass 1 length 2 time -3": "W,watt 1000; hp,horsepower 745699.87158227",
  "mass 1 length -1 time -2": "Pa,pascal 1000; bar 100000000; atm,atmosphere 101325000; psi 6894757.293168",
  current: "A,amp,ampere 1",
  "current 1 time 1": "C,coulomb 1; Ah 3600",
  "mass 1 length 2 time -3 current -1": "V,volt 1000",
  "mass 1 length 2 time -3 current -2": "Ω,ohm 1000",
  "mass -1 length -2 time 4 current 2": "F,farad 0.001",
  amount: "mol,mole 1",
  percent: "%,percent,pct,percentage 1",
};

const PREFIXES: Record<string, string> = {
  k: "1000",
  M: "1000000",
  G: "1000000000",
  T: "1000000000000",
  d: "0.1",
  c: "0.01",
  m: "0.001",
  µ: "0.000001",
  u: "0.000001",
  n: "0.000000001",
  kilo: "1000",
  mega: "1000000",
  giga: "1000000000",
  tera: "1000000000000",
  deci: "0.1",
  centi: "0.01",
  milli: "0.001",
  micro: "0.000001",
  nano: "0.000000001",
};
const PREFIXED =
  /^(?:m|g|l|L|s|N|J|W|Wh|Pa|Hz|V|A|Ω|F|C|mol|B|eV|bit|cal|meter|metre|gram|gramme|liter|litre|second|newton|joule|watt|pascal|hertz|volt|amp|ampere|ohm|farad|byte|calorie)$/;

const size = (text: string) => {
  const [top, bottom = "1"] = text.split("/");
  return over(fromDecimal(top!)!, fromDecimal(bottom)!)!;
};

function measure(text: string): Map<string, number> {
  const words = text.split(" ");
  if (words.length === 1) return new Map([[text, 1]]);
  return new Map(words.flatMap((word, at) => (at % 2 === 0 ? [[word, Number(words[at + 1])] as const] : [])));
}

const unit = (scale: Rational, measures: Map<string, number>): Unit => ({
  scale,
  pi: 0,
  shift: undefined,
  measures,
  nouns: [],
});

const table = new Map<string, Unit[]>();

function add(name: string, each: Unit): void {
  table.set(name, [...(table.get(name) ?? []), each]);
}

/** Names to units, made when first asked for. */
function units(): Map<string, Unit[]> {
  if (table.size > 0) return table;
  for (const [kind, row] of Object.entries(TABLE)) {
    for (const entry of row.split("; ")) {
      const space = entry.lastIndexOf(" ");
      for (const name of entry.slice(0, space).split(",")) {
        const each = unit(size(entry.slice(space + 1)), measure(kind));
        add(name, each);
        if (!PREFIXED.test(name)) continue;
        for (const [prefix, by] of Object.entries(PREFIXES)) {
          // Symbols take prefixes of one letter, words those that are words.
          if (prefix.length > 1 !== name.length > 3) continue;
          add(prefix + name, { ...each, scale: times(each.scale, size(by))! });
        }
      }
    }
  }
  const degrees = unit(ONE, measure("temperature"));
  const celsius = { ...degrees, shift: size("273.15") };
  const fahrenheit = { ...degrees, scale: size("5/9"), shift: size("459.67") };
  for (const name of ["°C", "celsius", "centigrade", "C"]) add(name, celsius);
  for (const name of ["°F", "fahrenheit", "F"]) add(name, fahrenheit);
  const radian = { ...unit(size("180"), measure("angle")), pi: -1 };
  for (const name of ["rad", "radian"]) add(name, radian);
  return table;
}

function singular(word: string): string {
  if (word.length > 4 && word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (/(?:ss|x|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return word.length > 2 && word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word;
}

/** All that a name may mean; none where it is no unit. */
function named(name: string): Unit[] {
  const known = units();
  for (const each of [name, singular(name), name.toLowerCase(), singular(name.toLowerCase())]) {
    const found = known.get(each);
    // One letter in the other case means something else: mg and Mg, a g and a G.
    if (found && (each.toLowerCase() !== each || each === name || each.length > 2 || name.length > 2)) return found;
  }
  return [];
}

/** Whether a name after a number is a unit. */
export const isUnit = (name: string): boolean => named(name).length > 0;

function product(a: Unit, b: Unit, power: number): Unit | undefined {
  const raised = toPower(b.scale, rational(BigInt(power))!);
  const scale = raised && times(a.scale, raised);
  if (!scale) return undefined;
  const measures = new Map(a.measures);
  for (const [kind, by] of b.measures) {
    const sum = (measures.get(kind) ?? 0) + by * power;
    if (sum === 0) measures.delete(kind);
    else measures.set(kind, sum);
  }
  return { scale, pi: a.pi + b.pi * power, shift: undefined, measures, nouns: [] };
}

const PART = /[\p{L}\p{M}\u2032\u2033°%$€£¥₹₩₽¢]+|\^ ?\{? ?-?\d+ ?\}?|[*/]/giu;
const POWERS = new Map(Object.entries({ square: 2, sq: 2, squared: 2, cubic: 3, cu: 3, cubed: 3 }));
/** Words that say nothing about what is counted. */
const SILENT = new Set(
  "a an and are at away by each every for from in is it left long more no of on only or per tall the there to total wide altogether high old deep now exactly approximately about".split(
    " ",
  ),
);

/** A whole phrase of known units: `square metres`, `m/s^2`, `dollars per day`. */
function known(parts: readonly string[]): Unit[] {
  let all: Unit[] = [unit(ONE, new Map())];
  let [side, next] = [1, 1];
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at]!;
    const word = part.toLowerCase();
    if (part === "*") continue;
    if (part === "/" || word === "per") side = -1;
    else if (next === 1 && POWERS.get(word) !== undefined && at + 1 < parts.length) next = POWERS.get(word)!;
    else {
      const after = parts[at + 1] ?? "";
      let power = next;
      if (after.startsWith("^")) power = Number(/-?\d+/.exec(after)![0]);
      else
        power =
          POWERS.get(after.toLowerCase()) !== undefined && /ed$/i.test(after) ? POWERS.get(after.toLowerCase())! : next;
      if (power !== next) at++;
      next = 1;
      if (Math.abs(power) > 6) return [];
      const each = named(part);
      if (parts.length === 1) return each;
      all = all.flatMap((sofar) => each.flatMap((one) => product(sofar, one, side * power) ?? [])).slice(0, 8);
    }
  }
  return all;
}

/**
 * Reads what stands after a number. @returns every meaning of known units; one of nouns for other words; none for
 * nothing that is said
 */
export function readUnits(text: string): Unit[] {
  const parts =
    text
      .slice(0, 200)
      .replace(/^ *(?:of )?(?:an?|the) /i, "")
      .match(PART) ?? [];
  if (parts.length === 0) return [];
  const whole = known(parts);
  if (whole.length > 0) return whole;
  // `5 km away`: a unit and then words. A lone letter or `in` may be anything.
  for (let to = Math.min(parts.length - 1, 4); to > 0; to--) {
    const first = known(parts.slice(0, to));
    const clear = parts[0]!.length > 1 && parts[0] !== "in" && !/^[*/^]|^per$/i.test(parts[to]!);
    if (first.length > 0 && (clear || (to === 1 && parts[1] === "of" && parts[0] !== "in"))) return first;
  }
  const nouns = parts.map((part) => singular(part.toLowerCase())).filter((word) => !SILENT.has(word));
  return nouns.length === 0 ? [] : [{ ...unit(ONE, new Map()), nouns }];
}

/** Whether two units measure the same: `undefined` where one of them is words. */
export function sameMeasure(a: Unit, b: Unit): boolean | undefined {
  if (a.nouns.length > 0 || b.nouns.length > 0) return undefined;
  return (
    a.measures.size === b.measures.size && [...a.measures].every(([kind, power]) => b.measures.get(kind) === power)
  );
}

/** Whether both count the same by name, as `apples` and `red apples`. */
export const shareNoun = (a: Unit, b: Unit): boolean =>
  a.nouns.some((noun) => POWERS.get(noun) === undefined && b.nouns.includes(noun)) &&
  [...POWERS.keys()].every((power) => a.nouns.includes(power) === b.nouns.includes(power));

export const isPercent = (each: Unit): boolean => each.measures.size === 1 && each.measures.get("percent") === 1;
export const isAngle = (each: Unit): boolean => each.measures.size === 1 && each.measures.get("angle") === 1;
