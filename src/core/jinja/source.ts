/**
 * The source of a template, written anew so that the library reads it as Jinja2 does: whitespace control with `-` and
 * `+`, `raw` blocks, `generation` tags, escapes in strings. Text becomes string literals, so that nothing in it can be
 * taken for a tag.
 */

export interface SourceOptions {
  /** The first line break after a tag goes (Jinja2's `trim_blocks`, which chat templates are rendered with). */
  trimBlocks?: boolean;
  /** Spaces before a tag go where nothing else stands on its line before it (`lstrip_blocks`). */
  lstripBlocks?: boolean;
}

/**
 * What a template may hold, in characters, in characters inside tags, and in tags. Of known models the longest has
 * thirty thousand characters; a prompt may hold a document. The library takes 2 µs for each token that it reads.
 */
const LONGEST_SOURCE = 500_000;
export const LONGEST_CODE = 100_000;
export const MOST_TAGS = 10_000;
const OPENING = /\{([%{#])([-+]?)/g;
const CLOSER = { "%": "%}", "{": "}}", "#": "#}" } as const;
type Kind = keyof typeof CLOSER;

/** @throws SyntaxError when a tag or a string does not end, or the template is too long or has too many tags */
export function normalSource(given: string, { trimBlocks = false, lstripBlocks = false }: SourceOptions = {}): string {
  if (given.length > LONGEST_SOURCE) throw new SyntaxError("the template is too long");
  const source = given.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  let out = "";
  /** Where text begins, and whether it begins a line. */
  let [at, startsLine] = [0, true];
  /** What the tag before asks of the text after it. */
  let trim: "all" | "line" | "nothing" = "nothing";
  let tags = 0;
  let code = 0;

  const text = (to: number, before: { strip: string; block: boolean }): void => {
    let written = source.slice(at, to);
    if (trim === "all") written = written.trimStart();
    else if (trim === "line" && written.startsWith("\n")) [written, startsLine] = [written.slice(1), true];
    if (before.strip === "-") written = written.trimEnd();
    else if (before.block && lstripBlocks && before.strip !== "+") {
      const line = written.lastIndexOf("\n") + 1;
      if ((line > 0 || startsLine) && /^[ \t]*$/.test(written.slice(line))) written = written.slice(0, line);
    }
    if (written !== "") out += `{{${literal(written)}}}`;
  };
  const after = (mark: string, block: boolean): typeof trim =>
    mark === "-" ? "all" : block && trimBlocks && mark !== "+" ? "line" : "nothing";

  for (;;) {
    OPENING.lastIndex = at;
    const open = OPENING.exec(source);
    text(open?.index ?? source.length, { strip: open?.[2] ?? "", block: open !== null && open[1] !== "{" });
    if (!open) return out;
    tags += 1;
    if (tags > MOST_TAGS) throw new SyntaxError("the template has too many tags");
    const kind = open[1] as Kind;
    const from = open.index + open[0].length;
    const tag = kind === "#" ? comment(source, from) : readTag(source, from, CLOSER[kind], LONGEST_CODE - code);
    code += tag.code.length;
    [at, startsLine, trim] = [tag.end, false, after(tag.mark, kind !== "{")];
    if (kind === "{") out += `{{${tag.code}}}`;
    else if (kind === "%" && tag.code.trim() === "raw") {
      const rest = /\{%([-+]?)\s*endraw\s*([-+]?)%\}/.exec(source.slice(at));
      if (!rest) throw new SyntaxError("a raw block does not end");
      // Jinja2 keeps the line break behind the opening tag.
      if (trim === "line") trim = "nothing";
      text(at + rest.index, { strip: rest[1]!, block: true });
      at += rest.index + rest[0].length;
      trim = after(rest[2]!, true);
    } else if (kind === "%" && !/^\s*(?:end)?generation\s*$/.test(tag.code)) out += `{%${tag.code}%}`;
  }
}

interface Tag {
  code: string;
  /** The sign before the closing mark. */
  mark: string;
  end: number;
}

function comment(source: string, from: number): Tag {
  const end = source.indexOf("#}", from);
  if (end < 0) throw new SyntaxError("a comment does not end");
  const mark = end > from ? source[end - 1]! : "";
  return { code: "", mark: /[-+]/.test(mark) ? mark : "", end: end + 2 };
}

/**
 * Reads a tag to its end, which no string in it hides.
 * @param longest characters that it may have
 */
function readTag(source: string, from: number, closer: string, longest: number): Tag {
  let code = "";
  let depth = 0;
  let afterBlank = false;
  for (let at = from; at < source.length;) {
    if (code.length > longest) throw new SyntaxError("the tags of the template are too long");
    const char = source[at]!;
    if (char === '"' || char === "'") {
      const { value, end } = readString(source, at);
      code += literal(value);
      [at, afterBlank] = [end, false];
    } else if (depth === 0 && source.startsWith(closer, at)) {
      const [, body = "", mark = ""] = /^([^]*?)([-+]?)$/.exec(code)!;
      return { code: ` ${body} `, mark, end: at + closer.length };
    } else {
      if (char === "{") depth += 1;
      else if (char === "}" && depth > 0) depth -= 1;
      // Runs of blanks say nothing here, and cost the library's patterns their square.
      const isBlank = /\s/.test(char);
      if (!isBlank || !afterBlank) code += char;
      [at, afterBlank] = [at + 1, isBlank];
    }
  }
  throw new SyntaxError("a tag does not end");
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  v: "\v",
  a: "\u0007",
  "0": "\0",
  "\n": "",
};

/** A string as Python reads it: an unknown escape stands for itself. */
function readString(source: string, from: number): { value: string; end: number } {
  const quote = source[from];
  let value = "";
  for (let at = from + 1; at < source.length;) {
    const char = source[at]!;
    if (char === quote) return { value, end: at + 1 };
    if (char !== "\\") {
      value += char;
      at += 1;
      continue;
    }
    const next = source[at + 1] ?? "";
    const digits = { x: 2, u: 4, U: 8 }[next];
    const hex = digits === undefined ? "" : source.slice(at + 2, at + 2 + digits);
    if (digits !== undefined && hex.length === digits && /^[0-9a-f]+$/i.test(hex) && parseInt(hex, 16) <= 0x10ffff) {
      value += String.fromCodePoint(parseInt(hex, 16));
      at += 2 + digits;
    } else {
      value += /['"\\]/.test(next) ? next : (ESCAPES[next] ?? `\\${next}`);
      at += 2;
    }
  }
  throw new SyntaxError("a string does not end");
}

/** `value` as a string of the library's, with nothing in it that its patterns for whole sources could match. */
function literal(value: string): string {
  const safe = JSON.stringify(value)
    .replace(/[{}%]/g, (char) => `\\x${char.charCodeAt(0).toString(16)}`)
    .replace(/ {8,}/g, (blanks) => "\\x20".repeat(blanks.length));
  // JSON writes control characters as \u00…, and a slash as it is: all of it the library reads.
  return safe;
}
