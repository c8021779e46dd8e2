/** Thinking cut into steps, by character offsets, and the words of one. */

/** A stretch of the text without blanks around it; `to` is exclusive. */
export interface Step {
  from: number;
  to: number;
}

/** Lines that a formula or a piece of code may have to be one step; a mark that is closed later was none. */
const MOST_LINES = 100;
const FENCE = /^(?:```|~~~)/;
const ENVIRONMENT = /\\begin\{([a-zA-Z]{1,20}\*?)\}/;

/** What a line has that begins a formula or code; most have nothing of it. */
const MAY_OPEN = /\\|\$\$|^(?:```|~~~)/;

/** What ends the formula or the code that a line begins and does not end itself. */
function closerOf(line: string): ((later: string) => boolean) | undefined {
  if (!MAY_OPEN.test(line)) return undefined;
  const [fence] = FENCE.exec(line) ?? [];
  if (fence !== undefined) return (later) => later.startsWith(fence);
  const open = line.lastIndexOf("\\[");
  if (open >= 0 && !line.includes("\\]", open)) return (later) => later.includes("\\]");
  if (line.split("$$").length % 2 === 0) return (later) => later.includes("$$");
  const [, environment] = ENVIRONMENT.exec(line) ?? [];
  const closer = `\\end{${environment}}`;
  return environment === undefined || line.includes(closer) ? undefined : (later) => later.includes(closer);
}

/** Whether it is a row of a table. */
const isRow = (line: string | undefined): boolean => line?.startsWith("|") === true;

/** Index of the last line of the step that begins at line `first`. */
function lastLine(lines: readonly string[], first: number): number {
  if (isRow(lines[first])) {
    let at = first;
    while (isRow(lines[at + 1])) at += 1;
    return at;
  }
  const closes = closerOf(lines[first]!);
  const most = closes ? Math.min(lines.length, first + MOST_LINES) : 0;
  for (let at = first + 1; at < most; at += 1) if (closes!(lines[at]!)) return at;
  return first;
}

/** Lines that say something. The lines of a formula, of a table and of a piece of code are one step. */
export function splitSteps(text: string): Step[] {
  const raw = text.split("\n");
  const lines = raw.map((line) => line.trim());
  const steps: Step[] = [];
  let start = 0;
  for (let first = 0; first < lines.length;) {
    const last = lines[first] === "" ? first : lastLine(lines, first);
    const whole = last === first ? raw[first]! : raw.slice(first, last + 1).join("\n");
    const from = start + whole.length - whole.trimStart().length;
    if (lines[first] !== "") steps.push({ from, to: from + whole.trim().length });
    start += whole.length + 1;
    first = last + 1;
  }
  return steps;
}

/** Words of a step, as a word limit counts them: runs of characters without blanks. */
export function wordCount(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}
