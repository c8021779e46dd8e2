/**
 * Where mathematics stands in a text: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`, an environment, or a bare `\boxed{…}`, as models
 * write it. Pure; a formula that is not closed is none.
 */

/** Characters of one formula; a longer one is shown as written. */
export const LONGEST_FORMULA = 2_000;

export interface TexPart {
  /** Offsets of the formula with its delimiters: [from, to). */
  from: number;
  to: number;
  /** What stands between the delimiters. */
  tex: string;
  display: boolean;
}

const ENVIRONMENT =
  /\\begin\{((?:align|aligned|alignat|alignedat|gather|gathered|equation|multline|split|cases|array|eqnarray|[pbvBV]?matrix|smallmatrix)\*?)\}/y;
const DIGIT = /[0-9]/;
const SPACE = /\s/;

/** The formula that begins at `from`, or undefined where none does. */
export function texAt(text: string, from: number): TexPart | undefined {
  const first = text[from];
  if (first === "$") return text[from + 1] === "$" ? closed(text, from, "$$", "$$", true) : dollar(text, from);
  if (first !== "\\") return undefined;
  switch (text[from + 1]) {
    case "(":
      return closed(text, from, "\\(", "\\)", false);
    case "[":
      return closed(text, from, "\\[", "\\]", true);
    case "b":
      return environment(text, from) ?? boxed(text, from);
    default:
      return undefined;
  }
}

const until = (text: string, from: number, closer: string): number => {
  const at = text.slice(from, from + LONGEST_FORMULA).indexOf(closer);
  return at < 0 ? -1 : from + at;
};

function closed(text: string, from: number, opener: string, closer: string, display: boolean): TexPart | undefined {
  const begin = from + opener.length;
  const end = until(text, begin, closer);
  const tex = end < 0 ? "" : text.slice(begin, end);
  return tex.trim() === "" ? undefined : { from, to: end + closer.length, tex, display };
}

/** Money is written with the same sign: a formula has no space inside its signs, and no digit after the last. */
function dollar(text: string, from: number): TexPart | undefined {
  if (SPACE.test(text[from + 1] ?? " ") || text[from - 1] === "$") return undefined;
  const most = Math.min(text.length, from + LONGEST_FORMULA);
  for (let at = from + 1; at < most; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === "\n" && text[at + 1] === "\n") return undefined;
    else if (text[at] === "$") {
      const is = at > from + 1 && !SPACE.test(text[at - 1]!) && !DIGIT.test(text[at + 1] ?? "");
      return is ? { from, to: at + 1, tex: text.slice(from + 1, at), display: false } : undefined;
    }
  }
  return undefined;
}

function environment(text: string, from: number): TexPart | undefined {
  ENVIRONMENT.lastIndex = from;
  const opened = ENVIRONMENT.exec(text);
  if (!opened) return undefined;
  const closer = `\\end{${opened[1]!}}`;
  const end = until(text, from, closer);
  return end < 0
    ? undefined
    : { from, to: end + closer.length, tex: text.slice(from, end + closer.length), display: true };
}

function boxed(text: string, from: number): TexPart | undefined {
  const opener = "\\boxed{";
  if (!text.startsWith(opener, from)) return undefined;
  let depth = 1;
  const most = Math.min(text.length, from + LONGEST_FORMULA);
  for (let at = from + opener.length; at < most; at += 1) {
    const character = text[at];
    if (character === "\\") at += 1;
    else if (character === "{") depth += 1;
    else if (character === "}" && --depth === 0)
      return { from, to: at + 1, tex: text.slice(from, at + 1), display: false };
  }
  return undefined;
}
