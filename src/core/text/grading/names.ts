/** The names that mathematics gives to functions, constants and letters. */

/** Functions of one argument, by each of their names. */
export const FUNCTIONS: Record<string, string> = {
  ...Object.fromEntries(
    "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh exp ln lg log abs floor ceil sgn Re Im arg"
      .split(" ")
      .map((name) => [name, name]),
  ),
  asin: "arcsin",
  acos: "arccos",
  atan: "arctan",
  cosec: "csc",
  sign: "sgn",
};
export const SEVERAL = new Set(["max", "min", "gcd", "lcm"]);
export const INVERSE: Record<string, string> = { sin: "arcsin", cos: "arccos", tan: "arctan" };

export const GREEK = new Set(
  "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega ell hbar Re Im".split(
    " ",
  ),
);
const CONSTANTS = new Set(["pi", "infty", "infinity", "inf", "oo"]);
/** Letters that are functions where a bracket follows at once; of others the bracket is a factor. */
export const CALLED = new Set(["f", "g", "h", "F", "G", "H", "P", "Q"]);
/** They make another name of a name: a mean, a vector, a segment. */
export const ACCENTS = new Set(
  "overline bar vec hat widehat tilde widetilde dot ddot overrightarrow underline angle triangle measuredangle operatorname star".split(
    " ",
  ),
);
/** Units of one letter. After a number and a space they are no variable. */
export const LETTER_UNITS = new Set("m g s h l L N J W V A K".split(" "));
/** Words between the items of a list of which one holds. */
export const ALTERNATIVES = new Set("or oder ou или або 或 或者 または 또는".split(" "));
/** Words between the items of a list. */
export const JOINERS = new Set([
  ...ALTERNATIVES,
  ..."and und et и та 和 与 與 及 と および 및 AND OR And Or".split(" "),
]);
export const RELATIONS = new Set(["=", "<", ">", "le", "ge", "ne", "approx", "equiv", "in"]);
/** What flips a relation when its sides change places. */
export const FLIPPED: Record<string, string> = { "<": ">", ">": "<", le: "ge", ge: "le" };
export const MATRICES = new Set([
  "matrix",
  "pmatrix",
  "bmatrix",
  "Bmatrix",
  "vmatrix",
  "Vmatrix",
  "smallmatrix",
  "array",
]);

/** Whether a run of letters means something in mathematics and is no word. */
export const isMathName = (name: string): boolean =>
  Object.hasOwn(FUNCTIONS, name) || SEVERAL.has(name) || CONSTANTS.has(name) || name === "sqrt" || GREEK.has(name);
