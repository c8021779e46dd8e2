/**
 * How deep YAML is nested and how often it repeats itself, told by its tokens: its parser goes down once a level, and a
 * process may not survive the end of its stack; for each alias it goes through all that stands before.
 */
import { Lexer } from "yaml";

/** More than a person writes, and far from what a stack holds. */
const DEEPEST = 100;
const MOST_ALIASES = 1000;

/** Tokens of the lexer that have no width: a document begins, brackets end without being closed, a text comes. */
const [DOCUMENT, BRACKETS_END, TEXT] = ["\u0002", "\u0018", "\u001F"];

/** Whether lists, maps and brackets stand in each other deeper than is read, or more is repeated. */
export function isTangled(text: string, deepest = DEEPEST): boolean {
  /** Where the lists and maps begin that a token stands in. */
  const columns: number[] = [];
  let [column, brackets, aliases] = [0, 0, 0];
  let isText = false;
  for (const token of new Lexer().lex(text)) {
    if (token === DOCUMENT) continue;
    if (token === BRACKETS_END) brackets = 0;
    else if (token === TEXT) isText = true;
    else {
      if (!isText && (token === "[" || token === "{")) brackets += 1;
      else if (!isText && (token === "]" || token === "}")) brackets = Math.max(0, brackets - 1);
      else if (brackets === 0 && token.trim() !== "") {
        while (columns.length > 0 && columns.at(-1)! >= column) columns.pop();
        columns.push(column);
      }
      if (!isText && token.startsWith("*")) aliases += 1;
      if (brackets + columns.length > deepest || aliases > MOST_ALIASES) return true;
      const line = token.lastIndexOf("\n");
      column = line < 0 ? column + token.length : token.length - line - 1;
      isText = false;
    }
  }
  return false;
}
