/** Text of models, files and people inside Markdown that the editor writes: shown as it is, and never read as Markdown. */

/** A name or a sentence is shorter; what is longer is no name. */
const MOST_CHARACTERS = 500;
/**
 * What Markdown, its tables and formulas give a meaning to, and what makes a bare address a link: the colon before a
 * slash, the dot inside a word, the at sign.
 */
const MEANINGFUL = /[\\`*_{}[\]()#+!|~$@^=]|:(?=\/)|(?<=\w)\.(?=\w)/g;

/**
 * @returns one line that a Markdown preview shows as `text`, cut at 500 characters; control and format characters, as
 *   those that turn the direction of writing, are left out, and line breaks become spaces
 */
export function escapeMarkdown(text: string): string {
  const line = text.slice(0, MOST_CHARACTERS).replace(/\s+/g, " ").replace(/\p{C}/gu, "").trim();
  const shown = text.length > MOST_CHARACTERS ? `${line}…` : line;
  return shown.replace(MEANINGFUL, "\\$&").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
