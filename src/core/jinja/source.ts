/**
 * The source of a template, cut into texts and tags as Jinja2 does it: whitespace control with `-` and `+`, comments,
 * `raw` blocks.
 */
import { strip } from "./texts";
import { LONGEST_CODE, readTag, type Token } from "./tokens";

export interface SourceOptions {
  /** The first line break after a tag goes (Jinja2's `trim_blocks`, which chat templates are rendered with). */
  trimBlocks?: boolean;
  /** Spaces before a tag go where nothing else stands on its line before it (`lstrip_blocks`). */
  lstripBlocks?: boolean;
}

/** A stretch of text, what is written out, or a statement. */
export type Piece = { kind: "text"; text: string } | { kind: "output" | "statement"; tokens: Token[] };

/** Characters of a template: of known models the longest has thirty thousand; a prompt may hold a document. */
const LONGEST_SOURCE = 500_000;
export const MOST_TAGS = 10_000;
const OPENING = /\{([%{#])([-+]?)/g;
const CLOSER = { "%": "%}", "{": "}}", "#": "#}" } as const;
type Kind = keyof typeof CLOSER;

/** @throws SyntaxError when a tag or a string does not end, or the template is too long or has too many tags */
export function piecesOf(given: string, { trimBlocks = false, lstripBlocks = false }: SourceOptions = {}): Piece[] {
  if (given.length > LONGEST_SOURCE) throw new SyntaxError("the template is too long");
  const source = given.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const pieces: Piece[] = [];
  /** Where text begins, and whether it begins a line. */
  let [at, startsLine] = [0, true];
  /** What the tag before asks of the text after it. */
  let trim: "all" | "line" | "nothing" = "nothing";
  let tags = 0;
  let code = 0;

  const text = (to: number, before: { strip: string; block: boolean }): void => {
    let written = source.slice(at, to);
    if (trim === "all") written = strip(written, undefined, "left");
    else if (trim === "line" && written.startsWith("\n")) [written, startsLine] = [written.slice(1), true];
    if (before.strip === "-") written = strip(written, undefined, "right");
    else if (before.block && lstripBlocks && before.strip !== "+") {
      const line = written.lastIndexOf("\n") + 1;
      if ((line > 0 || startsLine) && /^\s*$/.test(written.slice(line))) written = written.slice(0, line);
    }
    if (written !== "") pieces.push({ kind: "text", text: written });
  };
  const after = (mark: string, block: boolean): typeof trim =>
    mark === "-" ? "all" : block && trimBlocks && mark !== "+" ? "line" : "nothing";

  for (;;) {
    OPENING.lastIndex = at;
    const open = OPENING.exec(source);
    text(open?.index ?? source.length, { strip: open?.[2] ?? "", block: open !== null && open[1] !== "{" });
    if (!open) return pieces;
    tags += 1;
    if (tags > MOST_TAGS) throw new SyntaxError("the template has too many tags");
    const kind = open[1] as Kind;
    const from = open.index + open[0].length;
    if (kind === "#") {
      const { mark, end } = comment(source, from);
      [at, startsLine, trim] = [end, false, after(mark, true)];
      continue;
    }
    const { tokens, mark, end, length } = readTag(source, from, CLOSER[kind], LONGEST_CODE - code);
    code += length;
    [at, startsLine, trim] = [end, false, after(mark, kind === "%")];
    if (kind === "{") pieces.push({ kind: "output", tokens });
    else if (tokens.length === 2 && tokens[0]!.value === "raw" && tokens[0]!.type === "name") {
      const rest = /\{%([-+]?)\s*endraw\s*([-+]?)%\}/.exec(source.slice(at));
      if (!rest) throw new SyntaxError("a raw block does not end");
      // Jinja2 keeps the line break behind the opening tag.
      if (trim === "line") trim = "nothing";
      text(at + rest.index, { strip: rest[1]!, block: true });
      at += rest.index + rest[0].length;
      trim = after(rest[2]!, true);
    } else pieces.push({ kind: "statement", tokens });
  }
}

function comment(source: string, from: number): { mark: string; end: number } {
  const end = source.indexOf("#}", from);
  if (end < 0) throw new SyntaxError("a comment does not end");
  const mark = end > from ? source[end - 1]! : "";
  return { mark: /[-+]/.test(mark) ? mark : "", end: end + 2 };
}
