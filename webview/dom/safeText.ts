/**
 * Text of models, traces and workspaces made safe to look at: control characters, bidi overrides and lone surrogates
 * become visible signs, so that nothing on screen can be reordered, hidden or coloured by what a model wrote.
 */

const NAMED: Record<number, string> = {
  0x61c: "ALM",
  0x200b: "ZWSP",
  0x200e: "LRM",
  0x200f: "RLM",
  0x2028: "LS",
  0x2029: "PS",
  0x202a: "LRE",
  0x202b: "RLE",
  0x202c: "PDF",
  0x202d: "LRO",
  0x202e: "RLO",
  0x2060: "WJ",
  0x2066: "LRI",
  0x2067: "RLI",
  0x2068: "FSI",
  0x2069: "PDI",
  0xfeff: "BOM",
};

const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- control characters are what this file is about
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/g;

function sign(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "␡";
  return `⟨${NAMED[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, "0")}`}⟩`;
}

/** `text` with unsafe characters replaced by signs; tabs and line breaks stay. */
export function visible(text: string): string {
  return text.toWellFormed().replace(/\r\n/g, "\n").replace(UNSAFE, sign);
}

/** `text` on one line and at most `length` characters long, for labels and tooltips. */
export function oneLine(text: string, length = 80): string {
  const line = visible(text).replace(/\s+/g, " ").trim();
  const characters = [...line];
  return characters.length > length ? `${characters.slice(0, length - 1).join("")}…` : line;
}
