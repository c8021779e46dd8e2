/** An answer's dress: Markdown, quotes, the marks around mathematics, spacing, and the many letters for one sign. */

import { asciiDigits } from "./scripts";
import { withCommas } from "./sideBySide";

/** Letters of other alphabets and signs that have a name in LaTeX. */
const SIGNS: Record<string, string> = {
  "−": "-",
  "–": "-",
  "—": "-",
  "‐": "-",
  "‑": "-",
  "⁃": "-",
  "×": "*",
  "·": "*",
  "⋅": "*",
  "∙": "*",
  "∗": "*",
  "÷": "/",
  "∕": "/",
  "⁄": "/",
  "≤": "\\le ",
  "⩽": "\\le ",
  "≥": "\\ge ",
  "⩾": "\\ge ",
  "≠": "\\ne ",
  "≈": "\\approx ",
  "≃": "\\approx ",
  "≅": "\\approx ",
  "≡": "\\equiv ",
  "±": "\\pm ",
  "∓": "\\mp ",
  "∞": "\\infty ",
  "√": "sqrt ",
  "∛": "\\sqrt[3]",
  "∅": "\\emptyset ",
  "⌀": "\\emptyset ",
  "∪": "\\cup ",
  "∩": "\\cap ",
  "∈": "\\in ",
  "∖": "\\setminus ",
  "°": "\\degree ",
  º: "\\degree ",
  "′": "'",
  "’": "'",
  "‘": "'",
  "“": '"',
  "”": '"',
  "«": '"',
  "»": '"',
  "∶": ":",
  "٪": "%",
  "،": ", ",
  "→": "\\to ",
  "⇒": "\\to ",
  "∧": " and ",
  "∨": " or ",
  "、": ", ",
  "。": ".",
  ℝ: "\\reals ",
  ℤ: "\\mathbb{Z}",
  "⌊": "\\lfloor ",
  "⌋": "\\rfloor ",
  "⌈": "\\lceil ",
  "⌉": "\\rceil ",
  "⟨": "\\langle ",
  "⟩": "\\rangle ",
  "½": "\\frac{1}{2}",
  "⅓": "\\frac{1}{3}",
  "⅔": "\\frac{2}{3}",
  "¼": "\\frac{1}{4}",
  "¾": "\\frac{3}{4}",
  "⅕": "\\frac{1}{5}",
  "⅖": "\\frac{2}{5}",
  "⅗": "\\frac{3}{5}",
  "⅘": "\\frac{4}{5}",
  "⅙": "\\frac{1}{6}",
  "⅚": "\\frac{5}{6}",
  "⅛": "\\frac{1}{8}",
  "⅜": "\\frac{3}{8}",
  "⅝": "\\frac{5}{8}",
  "⅞": "\\frac{7}{8}",
};
const GREEK =
  "α alpha β beta γ gamma δ delta ε epsilon ϵ epsilon ζ zeta η eta θ theta ϑ theta ι iota κ kappa λ lambda μ mu ν nu ξ xi π pi ρ rho σ sigma τ tau υ upsilon φ phi ϕ phi χ chi ψ psi ω omega Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Φ Phi Ψ Psi".split(
    " ",
  );
for (let at = 0; at < GREEK.length; at += 2) SIGNS[GREEK[at]!] = `\\${GREEK[at + 1]} `;

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ";
const LOWERED = "₀₁₂₃₄₅₆₇₈₉₊₋ₙ";
const PLAIN = "0123456789+-n";
const plainOf = (letters: string) => (run: string) => [...run].map((letter) => PLAIN[letters.indexOf(letter)]).join("");

/** Signs in one spelling: `x²` is `x^{2}`, `½` is `\frac{1}{2}`, `５` is `5`. */
function oneSpelling(text: string): string {
  if (/^[\u0020-\u007e]*$/.test(text)) return text;
  return asciiDigits(text)
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]+/g, (run) => `^{${plainOf(RAISED)(run)}}`)
    .replace(/[₀₁₂₃₄₅₆₇₈₉₊₋ₙ]+/g, (run) => `_{${plainOf(LOWERED)(run)}}`)
    .replace(/[µμ](?=[mgslLAFV])/g, "u")
    .replace(/[^\u0020-\u007e]/gu, (sign) => SIGNS[sign] ?? sign.normalize("NFKC"))
    .replace(/[^\u0020-\u007e]/gu, (sign) => SIGNS[sign] ?? sign);
}

/** The text between the brace at `open` and its partner; undefined if it never closes. */
function braced(text: string, open: number): { content: string; end: number } | undefined {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return { content: text.slice(open + 1, at), end: at + 1 };
  }
  return undefined;
}

/** `\boxed{5}` is 5; of several boxes, what stands between them only joins them. */
function unboxed(text: string): string {
  const found: { from: number; end: number; content: string }[] = [];
  const box = /(?:\\(?:boxed|fbox|framebox)|(?<![A-Za-z\\])boxed) ?(?=\{)/g;
  for (let match = box.exec(text); match; match = box.exec(text)) {
    const inner = braced(text, match.index + match[0].length);
    if (!inner) break;
    found.push({ from: match.index, ...inner });
    box.lastIndex = inner.end;
  }
  if (found.length === 0) return text.replace(/\\(?:boxed|fbox) ?(?=[\dA-Za-z])/, "");
  if (found.length === 1) {
    const [{ from, end, content }] = found as [(typeof found)[number]];
    return `${text.slice(0, from)} ${unboxed(content)} ${text.slice(end)}`;
  }
  return [...new Set(found.map(({ content }) => unboxed(content.trim())))].join(" , ");
}

/** Takes away the `$` of mathematics and leaves those of money: a pair touches what it holds. */
function withoutMathMarks(text: string): string {
  const kept: string[] = [];
  let open: number | undefined;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === "\\" && at + 1 < text.length) {
      const next = text[++at]!;
      if (next === "$") kept.push("\\$");
      else kept.push("()[]".includes(next) ? " " : `\\${next}`);
    } else if (char !== "$") kept.push(char);
    else if (text[at + 1] === "$") {
      kept.push(" ");
      at++;
    } else if (open === undefined) open = kept.push(char) - 1;
    else {
      const inside = kept.slice(open + 1).join("");
      const whole = open === 0 && at === text.length - 1;
      // Of a price with words a `$` ends none of them, and there are no commands: `$5 for two or $6`.
      const price =
        /^\d[\d,.]* .*[a-z]{3}/i.test(inside) && !/\\[a-z]/i.test(inside) && !(whole && /[a-z]$/i.test(inside));
      const touches = inside.trim() !== "" && !price;
      if (touches && (whole || (!/^ | $/.test(inside) && !/\d/.test(text[at + 1] ?? "")))) {
        kept[open] = " ";
        kept.push(" ");
        open = undefined;
      } else open = kept.push(char) - 1;
    }
  }
  return kept.join("");
}

const SPACES =
  /\\\\|\\!,\\! ?|,\\! ?|\\!,|\{,\}|\\!|\\[,;:> ]|\\q?quad|\\(?:thinspace|enspace|hfill)(?![a-zA-Z])|(?<=[)}\]])~|~(?! ?\d)/g;

/** Trims quotes, emphasis and stops, one at a time from both ends. */
function trimmed(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && " \"'`*_,;:.".includes(text[from]!) && !/[.]\d/.test(text.slice(from, from + 2))) from++;
  while (to > from && ' "`*_,;:.'.includes(text[to - 1]!)) {
    if (text[to - 2] === "\\" && text[to - 1] !== ".") break;
    to--;
  }
  // A prime that closes no quote belongs to the answer: f'.
  if (text[to - 1] === "'" && text.slice(0, from).includes("'")) to--;
  return text.slice(from, to);
}

/** `\text{all of it}` is all of it. */
function withoutFont(text: string): string {
  const font = /^\\(?:text|textbf|textit|textrm|textnormal|mbox|mathrm|mathbf|underline|emph) ?(?=\{)/.exec(text)?.[0];
  const inner = font === undefined ? undefined : braced(text, font.length);
  return inner && inner.end === text.length ? withoutFont(trimmed(inner.content)) : text;
}

/** Commands whose backslash and first letter were read as an escape of JSON: `\frac` as a form feed and `rac`. */
const withCommands = (text: string) =>
  text
    .replace(/[\b](?=oxed)/g, "\\b")
    .replace(/\f(?=rac)/g, "\\f")
    .replace(/\t(?=frac|ext|imes|heta|an\b)/g, "\\t");

/** `]1, 2[` as `(1, 2)`, of one interval or of several. */
function withRoundBrackets(text: string): string {
  if (!text.startsWith("]") && !text.endsWith("[")) return text;
  const parts = text.split(/\\cup\b/);
  const read = parts.map((part) => /^([[\]])([^[\]()]+)([[\]])$/.exec(part.trim()));
  if (read.some((part) => !part || !/[,;]/.test(part[2]!))) return text;
  return read.map((part) => `${part![1] === "]" ? "(" : "["}${part![2]}${part![3] === "[" ? ")" : "]"}`).join("\\cup ");
}

/** An answer without its dress: one line, ASCII where a sign has a name, no marks around mathematics. */
export function undressed(answer: string): string {
  let text = oneSpelling(withCommas(withCommands(answer)).replace(/\s+/g, " ")).trim();
  // Text that was escaped once too often: every command has two backslashes.
  if (/\\\\[a-zA-Z]/.test(text) && !/(?<!\\)\\[a-zA-Z]/.test(text)) text = text.replaceAll("\\\\", "\\");
  text = text
    .replace(/(?<=[\w)}])\*\*(?=[\w({-])/g, "^")
    .replace(/\*\*|`/g, "")
    .replace(/\{([^{}]{1,60})\\choose(?![a-zA-Z])([^{}]{1,60})\}/g, "\\binom{$1}{$2}")
    .replace(/\\\$/g, "\\$");
  text = withoutMathMarks(text.trim()).replaceAll("\\$", "$");
  text = text.replace(SPACES, (found) => {
    if (found === "\\\\") return found;
    if (found.includes(",") && found !== "\\,") return ",";
    return found === "\\!" ? "" : " ";
  });
  text = unboxed(text.replace(/ {2,}/g, " "));
  text = text.replace(/^ ?\+-(?=[\d\\])/, "\\pm ");
  text = withRoundBrackets(trimmed(text.replace(/ {2,}/g, " ")));
  return withoutFont(/^\[\[ ?([^[\],;]{1,100})\]\]$/.exec(text)?.[1]?.trim() ?? text);
}

/** What a person reads of an answer: LaTeX commands gone, their words kept. */
export function readable(text: string): string {
  return text
    .replace(/\\(?:text|mathrm|mathbf|textbf|textit|mathit|textrm|textnormal|operatorname|mbox)(?![a-zA-Z])/g, "")
    .replace(/\\([a-zA-Z]+)/g, " $1 ")
    .replace(/[{}\\$]/g, "")
    .replace(/ {2,}/g, " ")
    .trim();
}
