/** Whether a line is nothing but mathematics with no marks around it: `x=2`, `-1 + sqrt(3)`. */

/** What is no letter of a variable: commands, words in them, functions and what joins several values. */
const NAMES =
  /\\(?:text|mathrm|operatorname|mathbf|begin|end) ?\{[^{}]{0,40}\}|\\[a-zA-Z]{1,20}|(?<![A-Za-z])(?:sqrt|a?(?:sin|cos|tan)h?|log|ln|exp|pi|inf|infinity|theta|alpha|beta|max|min|gcd|lcm|mod|and|or)(?![A-Za-z])/g;
/** Letters alone or in twos, which are a product where they are no word. */
const PRODUCT = /^[A-Za-z\u0391-\u03c9]{1,2}$/;
const SHORT_WORDS = new Set("am an as at be by do go he hi if in is it me my no of oh ok on so to up us we".split(" "));
/** Signs of a text that is none. */
const FOREIGN = /[$?"'`#@]/;
const SAYS_SOMETHING = /\d|=|\\[a-zA-Z]/;
/** A row of a list, and what was cut off. */
const NO_FORMULA = /^(?:[-*+•] |\d+[.)] )|[-+*/=<>^,:;(&]$/;
/** Marks of mathematics or of an answer, of which only the inside is one. */
const MARKED = /\\[()[\]]|^\[\[[^[\],]*\]\]$/;
/** A letter and what it has to be: `odd $n$`. */
const QUALIFIED =
  /^(?!(?:.* )?(?:so|thus|hence|then|therefore|is|are|was|equals?|it|we|get|gives?|for|if|let|by|with) )(?:[a-z]{2,15} ){1,3}(?:\$[A-Za-z]\$|\\\([A-Za-z]\\\))\.?$/;

export function isMathematics(line: string): boolean {
  if (QUALIFIED.test(line)) return true;
  if (!SAYS_SOMETHING.test(line) || NO_FORMULA.test(line) || MARKED.test(line)) return false;
  const letters = line.replace(NAMES, " ").match(/\p{L}+/gu) ?? [];
  const isProduct = (run: string) => PRODUCT.test(run) && !SHORT_WORDS.has(run.toLowerCase());
  return !FOREIGN.test(line) && letters.every(isProduct) && isBalanced(line);
}

/** Whether as many brackets open as close; those of an interval need not be of one kind. */
function isBalanced(line: string): boolean {
  let depth = 0;
  for (const char of line) {
    if ("([{".includes(char)) depth++;
    else if (")]}".includes(char) && --depth < 0) return false;
  }
  return depth === 0;
}
