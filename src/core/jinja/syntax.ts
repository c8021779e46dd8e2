/** What the library's parser does not read, put into words that it does; and statements as the interpreter takes them. */
import { parse, tokenize } from "@huggingface/jinja";
import { normalSource, type SourceOptions } from "./source";

type Token = ReturnType<typeof tokenize>[number];
/** A node of the library's syntax tree: its classes are not exported. */
export interface Node {
  type: string;
  [field: string]: unknown;
}

/** How a test with arguments is named as a filter, which no template can write. */
export const TEST_FILTER = /^is (not )?(\w+)$/;

const NO_OPERANDS = ["and", "or", "else", "if", "is", "in", "not"];
/** Behind these a parenthesis groups; behind all others it calls. */
const CALLABLE = ["Identifier", "CloseParen", "CloseSquareBracket", "StringLiteral"];
const KEYWORDS = ["and", "or", "not", "in", "is", "if", "else", "elif", "set", "for", "return"];

/** @throws SyntaxError, or another error of the library's parser */
export function parseTemplate(source: string, options: SourceOptions): Node {
  const tokens = tuples(tests(tokenize(normalSource(source, options))));
  const program = parse(tokens) as unknown as Node;
  return block(program);
}

const token = (sample: Token, type: Token["type"], value: string): Token =>
  Object.assign(Object.create(Object.getPrototypeOf(sample) as object) as Token, { type, value });

/** `a is divisibleby 3` and `a is eq(3)` as filters with arguments: the parser knows only tests without. */
function tests(tokens: readonly Token[]): Token[] {
  const out: Token[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const each = tokens[at]!;
    const isWord = (index: number, word: string) =>
      tokens[index]?.type === "Identifier" && tokens[index].value === word;
    const negated = isWord(at + 1, "not");
    const name = tokens[at + (negated ? 2 : 1)];
    const first = at + (negated ? 3 : 2);
    const end = isWord(at, "is") && name?.type === "Identifier" ? operandEnd(tokens, first) : first;
    if (end === first) {
      out.push(each);
      continue;
    }
    const operand = tests(tokens.slice(first, end));
    const called = tokens[first]!.type === "OpenParen";
    out.push(token(each, "Pipe", "|"), token(each, "Identifier", `is ${negated ? "not " : ""}${name!.value}`));
    out.push(...(called ? operand : [token(each, "OpenParen", "("), ...operand, token(each, "CloseParen", ")")]));
    at = end - 1;
  }
  return out;
}

/** Where the operand of a test that begins at `from` ends; `from` itself where there is none. */
function operandEnd(tokens: readonly Token[], from: number): number {
  const first = tokens[from];
  const brackets = ["OpenParen", "OpenSquareBracket", "OpenCurlyBracket"];
  if (!first) return from;
  if (first.type === "OpenParen") return closing(tokens, from);
  let at: number;
  if (["NumericLiteral", "StringLiteral"].includes(first.type)) at = from + 1;
  else if (brackets.includes(first.type)) at = closing(tokens, from);
  else if (first.type === "Identifier" && !NO_OPERANDS.includes(first.value)) at = from + 1;
  else return from;
  for (;;) {
    const next = tokens[at]?.type;
    if (next === "Dot") at += 2;
    else if (next === "OpenSquareBracket" || next === "OpenParen") at = closing(tokens, at);
    else return at;
  }
}

/** The place behind the bracket that closes the one at `from`. */
function closing(tokens: readonly Token[], from: number): number {
  let depth = 0;
  for (let at = from; at < tokens.length; at++) {
    if (/^Open(?:Paren|SquareBracket|CurlyBracket)$/.test(tokens[at]!.type)) depth += 1;
    else if (/^Close(?:Paren|SquareBracket|CurlyBracket)$/.test(tokens[at]!.type) && --depth === 0) return at + 1;
  }
  return tokens.length;
}

/** `(a,)` and `()` as lists made tuples: the parser expects something behind the comma. */
function tuples(tokens: readonly Token[]): Token[] {
  const out = [...tokens];
  const opened: number[] = [];
  for (let at = 0; at < out.length; at++) {
    const each = out[at]!;
    if (each.type === "OpenParen") opened.push(at);
    if (each.type !== "CloseParen") continue;
    const from = opened.pop();
    const isEmpty = from === at - 1;
    if (from === undefined || (out[at - 1]?.type !== "Comma" && !isEmpty)) continue;
    const before = out[from - 1];
    if (before && CALLABLE.includes(before.type) && !KEYWORDS.includes(before.value)) continue;
    out[from] = token(each, "OpenSquareBracket", "[");
    out.splice(
      isEmpty ? at : at - 1,
      isEmpty ? 1 : 2,
      token(each, "CloseSquareBracket", "]"),
      token(each, "Pipe", "|"),
      token(each, "Identifier", "tuple"),
    );
    at += 1;
  }
  return out;
}

const STATEMENTS = ["Set", "If", "For", "Macro", "CallStatement", "FilterStatement", "Break", "Continue"];
const BODIES = ["body", "alternate", "defaultBlock"];

/**
 * Every list of statements becomes one node `Block`, and what is written out one `Output`: an expression by itself does
 * not say whether its value is shown.
 */
function block(node: Node): Node {
  // The library looks only into nodes of its own classes.
  const made = (fields: Node): Node =>
    Object.assign(Object.create(Object.getPrototypeOf(node) as object) as Node, fields);
  for (const field of BODIES) {
    const statements = node[field];
    if (!Array.isArray(statements) || (node.type === "Set" && node["value"])) continue;
    const shown = (statements as Node[])
      .filter(({ type }) => type !== "Comment")
      .map((each) => (STATEMENTS.includes(each.type) ? block(each) : made({ type: "Output", expression: each })));
    node[field] = [made({ type: "Block", statements: shown })];
  }
  return node;
}
