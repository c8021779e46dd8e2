/** `\boxed{…}` in a text: which of them close, and which belong together. */

interface Box {
  /** Of the backslash. */
  start: number;
  /** Of what stands inside. */
  from: number;
  /** Of the closing brace. */
  to: number;
}

/** Also where the backslash was lost, or read by JSON as the sign that `\b` is there. */
const BOX = /(?:\\(?:boxed|fbox|framebox)|[\b]oxed|(?<![A-Za-z\\])boxed)\s*(?=\{)/g;

/** Every closed box, by where it begins. One pass: boxes may nest or never close. */
function closedBoxes(text: string): Box[] {
  const starts = new Map([...text.matchAll(BOX)].map((match) => [match.index + match[0].length, match.index]));
  if (starts.size === 0) return [];
  const closed: Box[] = [];
  const stack: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") at++;
    else if (char === "{") stack.push(at);
    else if (char === "}") {
      const open = stack.pop();
      const start = open === undefined ? undefined : starts.get(open);
      if (start !== undefined) closed.push({ start, from: open! + 1, to: at });
    }
  }
  return closed.sort((a, b) => a.start - b.start);
}

/** Characters between two boxes that are read together, and words. */
const WIDEST_GAP = 80;
const MOST_WORDS = 6;

/** Whether what stands between two boxes only joins them: nothing, a comma, “and” with a few words. */
function joins(gap: string): boolean {
  if (gap.length > WIDEST_GAP) return false;
  const plain = gap.replace(/\\(?:text|mathrm|textbf|quad|qquad)|\\[()[\] ,;]|[$~{}*]/g, " ").trim();
  if (/[.!?:]|\b(?:not|but|so|then|thus|hence|wait|no|instead|which|i\.e|equals|is|rather)\b/i.test(plain))
    return false;
  if (plain === "") return !gap.includes("\n\n");
  return /,|;|\b(?:and|or)\b|&/i.test(plain) && plain.split(/\s+/).length <= MOST_WORDS;
}

/** A box without braces: `\boxed 5`. */
const BARE = /\\boxed[ \t]*(-?\d[\d.,]*\d|-?\d|[A-Za-z](?![A-Za-z{\\]))/g;

/**
 * The last box that holds something; of several that belong together, all from the first to the last of them.
 * @returns offsets of the answer, which of several boxes holds their commands
 */
export function lastBoxed(text: string): [from: number, to: number] | undefined {
  const holdsText = ({ from, to }: Box) => text.slice(from, to).trim() !== "";
  const outer: Box[] = [];
  for (const box of closedBoxes(text)) if (outer.length === 0 || box.start > outer.at(-1)!.to) outer.push(box);
  while (outer.length > 0 && !holdsText(outer.at(-1)!)) outer.pop();
  const last = outer.at(-1);
  if (!last) {
    const bare = [...text.matchAll(BARE)].pop();
    return bare && [bare.index + bare[0].length - bare[1]!.length, bare.index + bare[0].length];
  }
  let first = outer.length - 1;
  while (first > 0 && joins(text.slice(outer[first - 1]!.to + 1, outer[first]!.start)) && holdsText(outer[first - 1]!))
    first--;
  const inside = ({ from, to }: Box) => text.slice(from, to).trim();
  // The same box twice is one answer.
  const alike = outer.slice(first).every((box) => inside(box) === inside(last));
  return alike ? [last.from, last.to] : [outer[first]!.start, last.to + 1];
}
