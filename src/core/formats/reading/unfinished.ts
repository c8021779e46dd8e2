/** Whether a text breaks off within a sentence, as one does that was cut at a limit of tokens. */

/** Words and marks after which a sentence goes on. */
const GOES_ON =
  /(?:[,;:([{+=*/\u2013\u2014-]|(?<![\p{L}\p{N}])(?:and|or|but|so|the|an|of|to|in|is|are|was|were|with|that|for|as|at|by|if|then|we|because|which|where|when|from|on|be|let|not|its|this))$/iu;
const ENDS = /[.!?:;)\]}>"'”’»*_`|~$%\d。！？」]$/u;
/** The same in Chinese and Japanese, whose words no blank divides. */
const GOES_ON_HAN = /[是为為于的和与與或在把被将將从從向对對因而但则則若如、，；：]$/u;
/** A last line in these scripts of so many characters is a sentence. */
const LEAST_HAN = 8;
const HAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u;
/** A shorter last line may be a title or an answer by itself, in words. */
const LEAST_WORDS = 5;

/** @returns false for texts that end in a full stop, a closing mark, a number, or a line of a few words */
export function isUnfinished(text: string): boolean {
  const end = text.trimEnd();
  const line = end.slice(end.lastIndexOf("\n") + 1).slice(-400);
  const words = line.split(/\s+/).length;
  if (GOES_ON.test(line)) return words > 2;
  if (GOES_ON_HAN.test(line)) return line.length > 3;
  if (HAN.test(line) && line.length >= LEAST_HAN) return true;
  if (hasOpenFormula(line)) return true;
  return words >= LEAST_WORDS && !ENDS.test(line);
}

/** Whether a command of LaTeX has an argument that is not over, as in `\boxed{5`, or an inline formula is open. */
function hasOpenFormula(line: string): boolean {
  let depth = 0;
  for (const sign of line.replace(/\\[{}]/g, "")) {
    if (sign === "{") depth += 1;
    else if (sign === "}" && depth > 0) depth -= 1;
  }
  if (depth > 0 && /\\[a-zA-Z]+\{/.test(line)) return true;
  return line.lastIndexOf("\\(") > line.lastIndexOf("\\)");
}
