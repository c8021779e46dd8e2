/** Equations that only a wide space or a line's end sets apart: read on, `x = 2   y = 3` would be one chain, x = 2y = 3. */

/** Wide spaces, the ends of lines, and the marks between two formulas that follow each other. */
const GAP = /(\\(?:q?quad|hfill)(?![a-zA-Z])|\n\s*|(?<=[^\s$])\$ {1,9}\$(?=[^\s$])|\\\) {0,9}\\\()/;
const SIGN = /=|<|>|[≤≥≠≈]|\\(?:le|leq|leqslant|ge|geq|geqslant|ne|neq|lt|gt|approx|equiv|in)(?![a-zA-Z])/;
/** What goes on with the part before, or has the part after go on with it. */
const GOES_ON =
  /^(?:[-+*/=<>,;|&)\]}^_≤≥≠≈]|\\[,;!)\]}\\]|\\(?:cdot|times|pm|le|ge|leq|geq|ne|neq|approx|to|[rR]ightarrow|implies|iff|end|right|land|lor)(?![a-zA-Z])|\W{0,3}(?:\\text ?\{ ?)?(?:if|for|when|where|with|and|or|since|because|so|thus|hence|then|as|is|to)(?![a-zA-Z]))/;
const OPEN_END = /(?:[-+*/=<>,;:|&([{^_]|\\\\|\\(?:cdot|times|pm|text ?\{ ?(?:and|or) ?\})|(?<![a-zA-Z])(?:and|or))$/;
/** Words of a name; what has more of them on its left is a sentence. */
const MOST_WORDS = 2;

/** Emphasis and the marks of mathematics, which belong to no equation. */
const MARKS = /^(?:\*\*|\$|\\[([]|\s){1,9}|(?:\*\*|\$|\\[)\]]|\s){1,9}$/g;

/** Whether a part is an equation or an inequality of its own. */
function isWhole(part: string): boolean {
  const text = part.replace(MARKS, "");
  const sign = SIGN.exec(text);
  if (!sign || sign.index === 0 || sign.index + sign[0].length === text.length) return false;
  const words = text.slice(0, sign.index).match(/(?<![\\a-zA-Z])[a-zA-Z]{2,}/g) ?? [];
  return words.length <= MOST_WORDS && !GOES_ON.test(text) && !OPEN_END.test(text);
}

const count = (text: string, sign: RegExp) => text.match(sign)?.length ?? 0;
/** Round and square brackets that have opened in a part and not closed; those of mathematics and of a box hold all of it. */
const openIn = (part: string): number => count(part, /(?<!\\)[([]/g) - count(part, /(?<!\\)[)\]]/g);

/** A comma between equations that stand side by side or below each other; rows of a matrix or of cases have marks of their own. */
export function withCommas(text: string): string {
  if (text.includes("\\begin")) return text;
  const parts = text.split(GAP);
  let joined = "";
  let before = parts[0]!;
  for (let at = 1; at < parts.length; at += 2) {
    const gap = parts[at]!;
    let part = parts[at + 1]!;
    while (openIn(part) > 0 && at + 3 < parts.length) part += parts[(at += 2)]! + parts[at + 1]!;
    if (openIn(before) <= 0 && isWhole(before) && isWhole(part)) {
      joined += before + gap.replace(/^(\$|\\\))?/, "$1, ");
      before = part;
    } else before += gap + part;
  }
  return joined + before;
}
