/** Where one prompt of a file ends and the next begins, and what stands in it beside the prompt's text. */
import { delimited, replaceDelimited, type Delimited } from "../text/delimited";
import { l10n, type Sentence } from "../text/l10n";
import { trimEnd, trimSides } from "../text/trim";
import type { Prompt, PromptProblem } from "./prompt";

/** A stretch of lines. `text` is what the model is to see, without the dividing heading. */
export interface Section {
  heading: string | undefined;
  /** Lines of the file, zero-based, last exclusive. */
  range: [first: number, end: number];
  headingLine: number;
  text: string;
  expected: string | undefined;
  warnings: Sentence[];
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
const HEADING = /^ {0,3}(#{1,6})\s/;

const headingOf = (line: Line): { level: number; title: string } | undefined => {
  const match = line.fenced ? null : HEADING.exec(line.text);
  if (!match) return undefined;
  const title = trimEnd(line.text.slice(match[0].length).trimEnd(), "#");
  return { level: match[1]!.length, title: title.replace(/[*_`]/g, "").trim() };
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

/** Parts between `---` lines: all of them, or those that divide messages with these roles. */
function byRules(lines: readonly Line[], all: boolean, roleOf: DivideOptions["roleOf"]): Line[][] {
  const parts: Line[][] = [[]];
  let asked = false;
  const divides = (index: number) => {
    const next = asked ? nextFilled(lines, index + 1) : undefined;
    return next !== undefined && roleOf(next) !== undefined;
  };
  lines.forEach((line, index) => {
    if (!line.fenced && RULE.test(line.text) && (all || divides(index))) {
      parts.push([]);
      asked = false;
      return;
    }
    parts.at(-1)!.push(line);
    asked ||= roleOf(line.text) === "user";
  });
  return parts;
}

function nextFilled(lines: readonly Line[], from: number): string | undefined {
  for (let at = from; at < lines.length; at++) if (lines[at]!.text.trim() !== "") return lines[at]!.text;
  return undefined;
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

/** A comment that says the right answer: `<!-- expected: 42 -->`. */
const EXPECTED = /^\s*expected\s*:/i;
/** A comment of ours: results that were written under a prompt, and the marker that divides a file. */
const OURS = /^\s*thoughtlens\s*:/i;
/** The line that begins a prompt. */
const MARKER = /^\s*thoughtlens\s*:\s*prompt\s*$/i;

const comments = (text: string, kind: RegExp): Delimited[] => [
  ...delimited(text, "<!--", "-->", { accepts: (inner) => kind.test(inner) }),
];

/** A comment takes the rest of its line along where nothing else stands there. */
function toLineEnd(text: string, comment: Delimited): Delimited {
  const rest = /[ \t]*\n?/y;
  rest.lastIndex = comment.to;
  return { ...comment, to: comment.to + (rest.exec(text)?.[0].length ?? 0) };
}

const isMarker = ({ text, fenced }: Line): boolean => {
  if (fenced || !text.includes("<!--")) return false;
  const [only, ...others] = comments(text, MARKER);
  return only !== undefined && others.length === 0 && only.inner.length + "<!---->".length === text.trim().length;
};

/** Takes the expected answer out of the text, where it does not stand in a code fence. */
function takeExpected(lines: readonly Line[]): Pick<Section, "text" | "expected" | "warnings"> & { found: number } {
  const found: string[] = [];
  const pieces: string[] = [];
  let start = 0;
  for (let end = 1; end <= lines.length; end++) {
    if (end < lines.length && lines[end]!.fenced === lines[start]!.fenced) continue;
    const piece = lines
      .slice(start, end)
      .map((line) => `${line.text}\n`)
      .join("");
    pieces.push(lines[start]!.fenced ? piece : withoutComments(piece, found));
    start = end;
  }
  const warnings = found.length > 1 ? [l10n.later`More than one expected answer is given: the last one counts.`] : [];
  return { text: pieces.join("").trim(), expected: found.at(-1), warnings, found: found.length };
}

/** A whole body without what is said about it: our comments and expected answers. */
export function withoutAnswers(body: string, firstLine: number): Pick<Section, "text" | "expected"> {
  const { text, expected } = takeExpected(linesOf(body, firstLine));
  return { text, expected };
}

/** `text` without our comments and without expected answers, which are added to `found`. */
function withoutComments(text: string, found: string[]): string {
  const ours = comments(text, OURS).map((each) => toLineEnd(text, each));
  const rest = replaceDelimited(text, ours, () => "");
  const expected = comments(rest, EXPECTED).map((each) => toLineEnd(rest, each));
  return replaceDelimited(rest, expected, ({ inner }) => {
    const answer = inner.slice(inner.indexOf(":") + 1).trim();
    if (answer !== "") found.push(answer);
    return "";
  });
}

export interface DivideOptions {
  /** Whether headings are titles of prompts in a file that holds several. */
  headings: boolean;
  /**
   * Whether a line opens a message, and whose. A `---` divides a file where such a line follows and the messages before
   * it have asked something already.
   */
  roleOf(line: string): string | undefined;
}

/**
 * The parts of a file. A marker `<!-- thoughtlens: prompt -->` begins a prompt. Without markers a file is one prompt and
 * its headings and rules are its own; only where it gives several expected answers is it a collection, whose prompts
 * stand below headings or between rules.
 */
function partsOf(lines: readonly Line[], { headings, roleOf }: DivideOptions): Line[][] {
  if (lines.some(isMarker)) {
    const parts = splitBefore(lines, isMarker).map((part) => part.filter((line) => !isMarker(line)));
    // A title above the first marker is the file's.
    const [first, ...others] = parts;
    return first!.every((line) => line.text.trim() === "" || headingOf(line)) && !isMarker(lines[0]!) ? others : parts;
  }
  const isCollection = takeExpected(lines).found > 1;
  const parts = byRules(lines, isCollection, roleOf);
  return headings && isCollection ? parts.flatMap((part) => (part.length > 0 ? byHeadings(part) : [part])) : parts;
}

/** More than a person writes into one file; each is a template of its own. */
const MOST_SECTIONS = 2000;

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
  const isEmpty = (part: readonly Line[]) => isBlank(part.filter((line) => !RULE.test(line.text)));
  const all = partsOf(lines, options).filter((part) => !isEmpty(part));
  const filled = all.slice(0, MOST_SECTIONS);
  const sections: Section[] = [];
  const problems: PromptProblem[] = [];
  if (all.length > MOST_SECTIONS) {
    const message = l10n.later`The file holds ${all.length} prompts: its first ${MOST_SECTIONS} are read.`;
    problems.push({ line: all[MOST_SECTIONS]![0]!.number, message, action: l10n.later`Divide the file.` });
  }
  for (const part of filled) {
    const first = part.findIndex((line) => line.text.trim() !== "");
    const heading = headingOf(part[first]!);
    const whole = takeExpected(part.slice(first));
    const titled = options.headings && heading && (filled.length > 1 || whole.expected !== undefined);
    const rest = titled ? takeExpected(part.slice(first + 1)) : whole;
    const headingLine = part[first]!.number;
    if (rest.text === "") {
      const where = heading ? l10n.later`The prompt “${heading.title}” is empty.` : l10n.later`The prompt is empty.`;
      problems.push({ line: headingLine, message: where, action: l10n.later`Write a prompt below it.` });
      continue;
    }
    const last = part.findLastIndex((line) => line.text.trim() !== "");
    const { text: sent, expected, warnings } = rest;
    sections.push({
      text: sent,
      expected,
      warnings,
      heading: heading?.title,
      range: [headingLine, part[last]!.number + 1],
      headingLine,
    });
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
  const id = title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
  return trimSides(id, "-") || "prompt";
}
