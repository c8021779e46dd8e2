/** JSON that stands in something else: a fence of Markdown, an answer of HTTP with its headers, lines of a log, a string of Python. */
import { parseJson } from "./jsonDocument";

/** What may stand around it, in characters: more is a text of its own. */
const LONGEST_AROUND = 2000;
/** A longer text is not looked through for it. */
const LONGEST = 50_000_000;
const MARKED = /<\/?(?:think|thinking|thought|reasoning)>|<\|channel\|>|\[THINK\]/i;
const isRecord = (value: unknown) => typeof value === "object" && value !== null && Object.keys(value).length > 0;

/** A text that is one string of JSON, or one a line, as a list. */
function strings(source: string): string | undefined {
  if (!source.startsWith('"')) return undefined;
  const whole = parseJson(source);
  const values =
    typeof whole === "string"
      ? [whole]
      : source
          .split("\n")
          .filter((line) => line.trim() !== "")
          .map((line) => parseJson(line));
  return values.every((value) => typeof value === "string") ? JSON.stringify(values) : undefined;
}

/** Values of Python in JSON's words: its strings may stand between single quotation marks. */
function python(source: string): string | undefined {
  if (!/^[[({]+\s*'/.test(source.slice(0, 20))) return undefined;
  let json = "";
  let quote = "";
  for (let at = 0; at < source.length; at++) {
    const sign = source[at]!;
    if (quote === "") {
      quote = sign === "'" || sign === '"' ? sign : "";
      json += quote === "" ? sign : '"';
    } else if (sign === "\\") {
      const next = source[++at] ?? "";
      json += next === "'" ? "'" : next === "x" ? "\\u00" : `\\${next}`;
    } else if (sign === quote) {
      quote = "";
      json += '"';
    } else json += sign === '"' ? '\\"' : sign;
  }
  return isRecord(parseJson(json)) ? json : undefined;
}

/** The whole of a fence, where little stands around it. */
function fenced(source: string): string | undefined {
  const open = /(?:^|\n)(`{3,}|~{3,})(?:json[5cl]?|ndjson)?[ \t]*\n/.exec(source.slice(0, LONGEST_AROUND));
  if (!open) return undefined;
  const from = open.index + open[0].length;
  const to = source.indexOf(`\n${open[1]!}`, from);
  const inside = source.slice(from, to < 0 ? source.length : to);
  const around = source.slice(0, open.index) + (to < 0 ? "" : source.slice(to + open[1]!.length + 1));
  return isAround(around) && /^\s*[[{]/.test(inside) ? inside : undefined;
}

const isAround = (text: string) => text.length <= LONGEST_AROUND && !MARKED.test(text);

/** JSON from the beginning of a line on, below some lines: headers of HTTP, a command, a comment. */
function below(source: string): string | undefined {
  const found = /\n[[{]/.exec(source.slice(0, LONGEST_AROUND));
  if (!found || !isAround(source.slice(0, found.index))) return undefined;
  const rest = source.slice(found.index + 1);
  const end = Math.max(rest.lastIndexOf("}"), rest.lastIndexOf("]")) + 1;
  return isAround(rest.slice(end)) && isRecord(parseJson(rest.slice(0, end))) ? rest.slice(0, end) : undefined;
}

/** Lines of a log: each ends in an object. */
function logged(source: string): string | undefined {
  const lines = source.split("\n").filter((line) => line.trim() !== "");
  const values = lines.map((line) => {
    const at = line.indexOf('{"');
    return at < 0 || at > 300 || MARKED.test(line.slice(0, at)) ? undefined : line.slice(at).trimEnd();
  });
  // A text with marks is a model's own, whatever stands below them.
  if (lines.some((line, index) => values[index] === undefined && MARKED.test(line))) return undefined;
  const known = values.filter((value): value is string => value !== undefined && isRecord(parseJson(value)));
  return known.length > 0 && known.length * 2 >= lines.length ? known.join("\n") : undefined;
}

/** @returns the JSON, where a text is nothing else but has something around it; undefined for other texts */
export function embeddedJson(text: string): string | undefined {
  const source = text.length > LONGEST ? "" : text.trim();
  if (!/[[{"']/.test(source.slice(0, LONGEST_AROUND))) return undefined;
  return strings(source) ?? python(source) ?? fenced(source) ?? below(source) ?? logged(source);
}
