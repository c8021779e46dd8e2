import ts from "typescript";

/** What a part is taken for that is known only when a function runs: our code puts in nothing but words and escaped marks. */
const PART = "word";

/** @returns line, pattern and flags of each, and whether it is put together from parts when the file is loaded */
export function patternsInSource(text) {
  const source = ts.createSourceFile("x.ts", text, ts.ScriptTarget.Latest, true);
  const found = [];
  const add = (node, pattern, flags, isMadeAtLoad) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push({ line: line + 1, pattern, flags, isMadeAtLoad });
  };
  const visit = (node) => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf("/");
      add(node, node.text.slice(1, end), node.text.slice(end + 1), false);
    } else if (ts.isNewExpression(node) && node.expression.getText() === "RegExp") {
      const [pattern, flags] = node.arguments ?? [];
      const isWhole = pattern !== undefined && ts.isStringLiteralLike(pattern);
      const writtenFlags = flags && ts.isStringLiteralLike(flags) ? flags.text : "";
      add(node, writtenIn(pattern), writtenFlags, !isWhole && !isInFunction(node));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Constructors aside, which may run when a file is loaded. */
const isInFunction = (node) =>
  node !== undefined &&
  (ts.isFunctionDeclaration(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node) ||
    isInFunction(node.parent));

/** The text of an expression, with `PART` for what stands between. */
function writtenIn(node) {
  if (node && ts.isStringLiteralLike(node)) return node.text;
  if (!node || !ts.isTemplateExpression(node)) return PART;
  return node.head.text + node.templateSpans.map(({ literal }) => PART + literal.text).join("");
}
