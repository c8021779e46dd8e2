/** Where one prompt of a file ends and the next begins, and what stands in it beside the prompt's text. */
import type { Prompt, PromptProblem } from "./prompt";

/** A stretch of lines. `text` is what the model is to see, without the dividing heading. */
export interface Section {
  heading: string | undefined;
  /** Lines of the file, zero-based, last exclusive. */
  range: [first: number, end: number];
  headingLine: number;
  text: string;
  expected: string | undefined;
  warnings: string[];
}

interface Line {
  text: string;
  number: number;
  fenced: boolean;
}

/** The lines of `text`, each with whether it stands in a code fence. */
function linesOf(text: string, firstLine: number): Line[] {
  let fence: string | undefined;
  return text.split("\n").map((line, index) => {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    const wasFenced = fence !== undefined;
    if (mark && fence === undefined) fence = mark;
    else if (mark && fence !== undefined && mark.startsWith(fence) && line.trim() === mark) fence = undefined;
    return { text: line, number: firstLine + index, fenced: wasFenced || mark !== undefined };
  });
}

const RULE = /^ {0,3}---+\s*$/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;

const headingOf = (line: Line): { level: number; title: string } | undefined => {
  const match = line.fenced ? null : HEADING.exec(line.text);
  return match ? { level: match[1]!.length, title: match[2]!.replace(/[*_`]/g, "") } : undefined;
};

const isBlank = (lines: readonly Line[]) => lines.every((line) => line.text.trim() === "");

function splitBefore(lines: readonly Line[], starts: (line: Line, index: number) => boolean): Line[][] {
  const parts: Line[][] = [[]];
  lines.forEach((line, index) => {
    if (starts(line, index) && parts.at(-1)!.length > 0) parts.push([]);
    parts.at(-1)!.push(line);
  });
  return parts;
}

/** Parts between `---` lines. */
function byRules(lines: readonly Line[], divides: (next: Line | undefined) => boolean): Line[][] {
  const parts: Line[][] = [[]];
  lines.forEach((line, index) => {
    const next = () => lines.slice(index + 1).find((each) => each.text.trim() !== "");
    if (!line.fenced && RULE.test(line.text) && divides(next())) parts.push([]);
    else parts.at(-1)!.push(line);
  });
  return parts;
}

/**
 * Parts below headings. Those of the highest level that occurs twice divide, unless a single higher one has text of
 * its own: then the headings below structure one prompt.
 */
function byHeadings(lines: Line[]): Line[][] {
  const levels = lines.flatMap((line) => headingOf(line)?.level ?? []);
  const level = [1, 2, 3, 4, 5, 6].find((each) => levels.filter((other) => other === each).length > 1);
  if (level === undefined) return [lines];
  const divides = (line: Line) => headingOf(line)?.level === level;
  const before = lines.slice(0, lines.findIndex(divides));
  const titled = before.findIndex((line) => headingOf(line) !== undefined);
  if (titled >= 0) {
    if (!isBlank(before.slice(titled).filter((line) => !headingOf(line)))) return [lines];
    return splitBefore(lines.slice(before.length), divides);
  }
  return splitBefore(lines, divides);
}

const EXPECTED = /<!--\s*expected\s*:([\s\S]*?)-->[ \t]*\n?/gi;
/** Results that were written under a prompt are no part of it. */
const RESULT = /<!--\s*thoughtlens\s*:[\s\S]*?-->[ \t]*\n?/gi;

/** Takes the expected answer out of the text, where it does not stand in a code fence. */
function takeExpected(lines: readonly Line[]): Pick<Section, "text" | "expected" | "warnings"> {
  const found: string[] = [];
  const pieces: string[] = [];
  let start = 0;
  for (let end = 1; end <= lines.length; end++) {
    if (end < lines.length && lines[end]!.fenced === lines[start]!.fenced) continue;
    const piece = lines
      .slice(start, end)
      .map((line) => `${line.text}\n`)
      .join("");
    const take = (_: string, answer: string) => {
      if (answer.trim() !== "") found.push(answer.trim());
      return "";
    };
    pieces.push(lines[start]!.fenced ? piece : piece.replace(RESULT, "").replace(EXPECTED, take));
    start = end;
  }
  const warnings = found.length > 1 ? ["More than one expected answer is given: the last one counts."] : [];
  return { text: pieces.join("").trim(), expected: found.at(-1), warnings };
}

export interface DivideOptions {
  headings: boolean;
  /** Whether a `---` divides, by the next line that is not blank. */
  rule(next: string | undefined): boolean;
}

/**
 * The sections of `text`, empty ones left out and told of where they have a heading.
 * A heading that divides, or that stands over an expected answer, is a title and not sent to the model.
 */
export function divide(
  text: string,
  firstLine: number,
  options: DivideOptions,
): { sections: Section[]; problems: PromptProblem[] } {
  const lines = linesOf(text, firstLine);
  const parts = byRules(lines, (next) => options.rule(next?.text)).flatMap((part) =>
    options.headings && part.length > 0 ? byHeadings(part) : [part],
  );
  const filled = parts.filter((part) => !isBlank(part));
  const sections: Section[] = [];
  const problems: PromptProblem[] = [];
  for (const part of filled) {
    const first = part.findIndex((line) => line.text.trim() !== "");
    const heading = headingOf(part[first]!);
    const whole = takeExpected(part.slice(first));
    const titled = options.headings && heading && (filled.length > 1 || whole.expected !== undefined);
    const rest = titled ? takeExpected(part.slice(first + 1)) : whole;
    const headingLine = part[first]!.number;
    if (rest.text === "") {
      const where = heading ? `The prompt “${heading.title}” is empty.` : "The prompt is empty.";
      problems.push({ line: headingLine, message: where, action: "Write a prompt below it." });
      continue;
    }
    const last = part.findLastIndex((line) => line.text.trim() !== "");
    sections.push({ ...rest, heading: heading?.title, range: [headingLine, part[last]!.number + 1], headingLine });
  }
  return { sections, problems };
}

const LONGEST_TITLE = 60;

/** A title made of the first line that says something. */
export function titleOf(text: string): string {
  const line = text
    .split("\n")
    .map((each) => each.replace(/^[#>*\-\s]+/, "").trim())
    .find((each) => each !== "");
  if (line === undefined) return "Prompt";
  return line.length > LONGEST_TITLE ? `${line.slice(0, LONGEST_TITLE - 1).trimEnd()}…` : line;
}

/** As in `two-trains`: letters and digits of the title with hyphens. */
export function promptId(title: string): Prompt["id"] {
  const id = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return id === "" ? "prompt" : id;
}
