/**
 * Markdown as models write it, cut into tokens. Mathematics is found first. What would show something else than was
 * written is off: no HTML, no entities, no links or pictures (they stay as they are written), and `2*3*4` is no emphasis.
 */
import MarkdownIt, { type Token } from "markdown-it";
import { texAt, type TexPart } from "./texParts";

/** Kinds of our own among the tokens; `meta` holds the formula. */
export const FORMULA = "formula";
export const DISPLAY = "display_formula";

const markdown = new MarkdownIt("default", { html: false, linkify: false, typographer: false, maxNesting: 20 });
markdown.disable([
  "autolink",
  "code",
  "entity",
  "html_block",
  "html_inline",
  "image",
  "lheading",
  "link",
  "reference",
  // Escapes stay tokens of their own, so that each text is found again in the source.
  "text_join",
]);

type InlineRule = Parameters<typeof markdown.inline.ruler.at>[1];
type BlockRule = Parameters<typeof markdown.block.ruler.at>[1];

/** A formula within a line of text. */
const inlineFormula: InlineRule = (state, silent) => {
  const found = texAt(state.src, state.pos);
  if (!found || found.to > state.posMax) return false;
  if (!silent) push(state.push(FORMULA, "", 0), found, state.src.slice(found.from, found.to));
  state.pos = found.to;
  return true;
};

function push(token: Token, found: TexPart, source: string): void {
  token.content = source;
  token.meta = { tex: found.tex, display: found.display };
}

const ENDS_LINE = /[.,;:]?[ \t]*(?:\n|$)/y;

/** A formula that has its lines for itself: between its signs nothing is a list or a heading. */
const displayFormula: BlockRule = (state, line, lastLine, silent) => {
  const from = state.bMarks[line]! + state.tShift[line]!;
  const found = texAt(state.src, from);
  if (!found?.display) return false;
  ENDS_LINE.lastIndex = found.to;
  const rest = ENDS_LINE.exec(state.src);
  let next = line + 1;
  while (next < lastLine && state.bMarks[next]! < found.to) next += 1;
  if (!rest || state.eMarks[next - 1]! < found.to) return false;
  if (silent) return true;
  const token = state.push(DISPLAY, "", 0);
  push(token, found, state.src.slice(found.from, found.to));
  token.info = rest[0].trim();
  token.map = [line, next];
  state.line = next;
  return true;
};

const WORD = /[\p{L}\p{N}]/u;
/** Scripts without spaces between words: there, what is stressed has letters on both sides. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const AFTER_OPERAND = /[)\]}]/;
const BEFORE_OPERAND = /[([{\\]/;

const isOperand = (character: string, bracket: RegExp): boolean =>
  (WORD.test(character) && !UNSPACED.test(character)) || bracket.test(character);

/** As in CommonMark, but not where a star stands between two factors. */
const emphasis: InlineRule = (state, silent) => {
  const { src, pos } = state;
  const sign = src[pos]!;
  if (silent || (sign !== "*" && sign !== "_")) return false;
  const { can_open, can_close, length } = state.scanDelims(pos, sign === "*");
  const before = src[pos - 1] ?? " ";
  const after = src[pos + length] ?? " ";
  const open = can_open && !isOperand(before, AFTER_OPERAND);
  const close = can_close && !isOperand(after, BEFORE_OPERAND);
  for (let index = 0; index < length; index += 1) {
    state.push("text", "", 0).content = sign;
    const token = state.tokens.length - 1;
    state.delimiters.push({ marker: sign.charCodeAt(0), length, token, end: -1, open, close });
  }
  state.pos += length;
  return true;
};

/** A rule that the library brings, by the name under which it has it: those of functions are lost in a small build. */
function ruleOf(name: string): BlockRule {
  const { ruler } = new MarkdownIt().block;
  ruler.enableOnly(name);
  return ruler.getRules("")[0]!;
}

const list = ruleOf("list");

/** A line that begins with a plus sign is part of a sum, not of a list. */
const listWithoutSums: BlockRule = (state, line, lastLine, silent) =>
  state.src[state.bMarks[line]! + state.tShift[line]!] !== "+" && list(state, line, lastLine, silent);

const heading = ruleOf("heading");
const FINAL_ANSWER = /#### *[-+$]?\d/y;

/** `#### 42` is how GSM8K writes an answer, not a heading. */
const headingButNoAnswer: BlockRule = (state, line, lastLine, silent) => {
  FINAL_ANSWER.lastIndex = state.bMarks[line]! + state.tShift[line]!;
  return !FINAL_ANSWER.test(state.src) && heading(state, line, lastLine, silent);
};

markdown.inline.ruler.before("escape", FORMULA, inlineFormula);
markdown.inline.ruler.at("emphasis", emphasis);
markdown.block.ruler.before("table", DISPLAY, displayFormula, { alt: ["paragraph", "blockquote", "list"] });
markdown.block.ruler.at("heading", headingButNoAnswer, { alt: ["paragraph", "reference", "blockquote"] });
markdown.block.ruler.at("list", listWithoutSums, { alt: ["paragraph", "reference", "blockquote"] });

/** Characters of one text: what grows with the square of it stays under 50 ms. */
export const LONGEST_MARKDOWN = 6_000;

const PLAIN = new Set([
  "paragraph_open",
  "paragraph_close",
  "text",
  "text_special",
  "softbreak",
  "hardbreak",
  "inline",
]);

/** @returns nothing where the text is too long, or holds nothing that would look otherwise than it is written */
export function markdownTokens(text: string): Token[] | undefined {
  if (text.length > LONGEST_MARKDOWN) return undefined;
  const tokens = markdown.parse(text, {});
  const isPlain = ({ type, children }: Token): boolean =>
    PLAIN.has(type) && (children ?? []).every((child) => PLAIN.has(child.type));
  return tokens.every(isPlain) ? undefined : tokens;
}
