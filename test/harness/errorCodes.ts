/** Every error code of the source with the sentence and the action that a person reads, read from the calls that make them. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { GRAPH_ACTIONS } from "../../src/engine/backends/onnx/graph/graphError";

export interface ErrorWords {
  readonly code: string;
  /** What is said; `…` stands for what is filled in. */
  readonly message: string;
  readonly action: string | undefined;
  /** Path from the root of the project. */
  readonly file: string;
  /** Sentences of it that nothing is filled into. */
  readonly plain: readonly string[];
  /** Sentences that something is filled into and that are not said by `l10n.later`, so that nobody can translate them. */
  readonly untranslatable: readonly string[];
}

const CODE = /^[a-z]+(-[a-z0-9]+)*$/;

/** Stands for words that are nowhere to be found, which the check of the documents tells. */
export const LOST_WORDS = "…";

const known = new Map<string, readonly ErrorWords[]>();

/** @returns in the order of the files and their lines; a code may be said with several sentences */
export function errorsIn(root: string): readonly ErrorWords[] {
  const errors = known.get(root) ?? readErrors(root);
  known.set(root, errors);
  return errors;
}

function readErrors(root: string): ErrorWords[] {
  const files = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" });
  const all = files
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .flatMap((name) => errorsOf(path.join(root, "src", name), `src/${name.replaceAll(path.sep, "/")}`));
  const said = all.filter(isSaid);
  const codes = new Set(said.map(({ code }) => code));
  const unsaid = all.filter(({ code }) => !codes.has(code));
  return [...said, ...unsaid.map((each) => ({ ...each, message: TOLD_ELSEWHERE[each.code] ?? LOST_WORDS }))];
}

/** As one call has it, which may leave the sentence to others. */
type Found = Omit<ErrorWords, "message"> & { readonly message: string | undefined };
const isSaid = (found: Found): found is ErrorWords => found.message !== undefined;

function errorsOf(absolute: string, file: string): Found[] {
  const source = ts.createSourceFile(file, readFileSync(absolute, "utf8"), ts.ScriptTarget.Latest, true);
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    const words = wordsOf(node);
    if (words) found.push({ ...words, file });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Calls that take such words and are no errors: a level and a message, a command and its tip. */
const NO_CODES = new Set([
  "info",
  "warn",
  "warning",
  "cancel",
  "compare",
  "trace",
  "answer",
  "continue",
  "sample",
  "token",
]);

/** A code, a sentence and an action, one after the other in a call, or by their names in an object. */
function wordsOf(node: ts.Node): Omit<Found, "file"> | undefined {
  const [first, second, third] =
    ts.isCallExpression(node) || ts.isNewExpression(node)
      ? given(node)
      : ts.isObjectLiteralExpression(node)
        ? named(node)
        : [];
  const code = first && ts.isStringLiteral(first) && CODE.test(first.text) ? first.text : undefined;
  if (code === undefined || NO_CODES.has(code)) return undefined;
  const message = textOf(second);
  if (message === undefined ? !isNewError(node) && !isShape(node) : !SENTENCE.test(message)) return undefined;
  // What is wrong with a graph has its action in a table of its own, and is told under the name of its family.
  const isGraph = ts.isNewExpression(node) && node.expression.getText() === "GraphError";
  if (isGraph) {
    const action = GRAPH_ACTIONS[code as keyof typeof GRAPH_ACTIONS];
    const { plain, untranslatable } = literalsOf([second]);
    return { code: `graph-${code}`, message, action, plain: [...plain, action], untranslatable };
  }
  return { code, message, action: textOf(third), ...literalsOf([second, third]) };
}

/** Every literal that an expression may come to. */
function literalsOf(nodes: readonly (ts.Expression | undefined)[]): Pick<ErrorWords, "plain" | "untranslatable"> {
  const plain: string[] = [];
  const untranslatable: string[] = [];
  const visit = (node: ts.Expression | undefined): void => {
    if (!node) return;
    if (ts.isStringLiteralLike(node)) plain.push(node.text);
    else if (ts.isTemplateExpression(node)) untranslatable.push(node.getText());
    else if (ts.isBinaryExpression(node)) [node.left, node.right].forEach(visit);
    else if (ts.isConditionalExpression(node)) [node.whenTrue, node.whenFalse].forEach(visit);
    else if (ts.isParenthesizedExpression(node)) visit(node.expression);
    else if (ts.isIdentifier(node)) visit(constantOf(node));
  };
  nodes.forEach(visit);
  return { plain, untranslatable };
}

const isNewError = (node: ts.Node): boolean =>
  ts.isNewExpression(node) && node.expression.getText() === "ActionableError";

/** An object with all that an error has. */
const isShape = (node: ts.Node): boolean => ts.isObjectLiteralExpression(node) && named(node).every(Boolean);

/** Errors whose sentence is put together elsewhere. */
const TOLD_ELSEWHERE: Readonly<Record<string, string>> = {
  "attention-unreadable": "The model's graph does not show how it attends.",
  "branch-place": "No run can begin at this place, and why.",
  cancelled: "What was going on was cancelled.",
  "engine-limit": "Loading or running the model took longer, or more memory, than it may.",
  internal: "Something that nobody expected. The log has where it came from.",
  "server-address": "What was given is no address of a server, or holds a name, a key or a query.",
};

const SENTENCE = /^(\p{Lu}|…|“).* |^\S+ .*[.!?…]$/su;

/** From the code on. */
function given({ arguments: list = [] as never }: ts.CallExpression | ts.NewExpression): ts.Expression[] {
  const at = list.findIndex((each) => ts.isStringLiteral(each) && CODE.test(each.text));
  return at < 0 ? [] : list.slice(at);
}

function named(object: ts.ObjectLiteralExpression): (ts.Expression | undefined)[] {
  const valueOf = (name: string): ts.Expression | undefined => {
    const found = object.properties.find((each) => each.name?.getText() === name);
    return found && ts.isPropertyAssignment(found) ? found.initializer : undefined;
  };
  return ["code", "message", "action"].map(valueOf);
}

/** The text of a literal or template, also of both arms of a choice. */
function textOf(node: ts.Expression | undefined): string | undefined {
  if (!node) return undefined;
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTaggedTemplateExpression(node)) return textOf(node.template);
  if (ts.isTemplateExpression(node))
    return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("…");
  if (ts.isBinaryExpression(node)) return textOf(node.left) ?? textOf(node.right);
  if (ts.isIdentifier(node)) return textOf(constantOf(node));
  if (ts.isConditionalExpression(node)) return textOf(node.whenTrue) ?? textOf(node.whenFalse);
  return undefined;
}

/** What a constant of the same file is, by its name. */
function constantOf(identifier: ts.Identifier): ts.Expression | undefined {
  let found: ts.Expression | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.name.getText() === identifier.text) found ??= node.initializer;
    if (!found) ts.forEachChild(node, visit);
  };
  visit(identifier.getSourceFile());
  return found;
}
