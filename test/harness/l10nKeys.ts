/** Every sentence that is translated, as the bundles name it: read from the calls that say it, and from the tables that hold it. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { STRATEGIES } from "../../src/core/catalogue";
import stories from "../../media/stories/stories.json";
import { SIGNALS } from "../../src/core/exits/signals";
import { GLOSSARY } from "../../src/core/measure/glossary";
import { FIGURE_WORDS } from "../../src/core/whatIf/faithfulness";
import { COUNTED_KINDS, SPAN_KINDS } from "../../src/core/trace/kinds";
import { errorsIn } from "./errorCodes";
import strategyOptions from "../../src/engine/catalogue/strategyOptions.schema.json";

export interface Keys {
  /** Each key once, in the order of the files. */
  readonly keys: readonly string[];
  /** Calls whose key nobody can read from the source, as `file:line`. */
  readonly unreadable: readonly string[];
  /** Calls at the top of a file, which may be loaded before the process knows its language; the entry of the webview sees to that. */
  readonly early: readonly string[];
}

const VERDICTS = ["right", "wrong", "unknown"];
const UNITS = [...new Set(Object.values(SIGNALS).map(({ unit }) => unit))];
const TERMS = Object.keys(GLOSSARY);

/** What options are for: of those that every strategy has, and of each strategy's own. */
const OPTION_WORDS = [
  ...Object.values(strategyOptions.definitions),
  ...Object.values(strategyOptions.properties["thoughtlens.strategyOptions"].properties).flatMap(({ properties }) =>
    Object.values<object>(properties),
  ),
].flatMap((option) => ("description" in option ? [String(option.description)] : []));

/** What `l10n.t` is given by a name and not as a literal, by file: everything that the name can be. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  "src/core/measure/comparisonText.ts kind": COUNTED_KINDS,
  "src/core/measure/comparisonText.ts name": ["generated", "processed", "tokens"],
  "src/core/measure/comparisonText.ts row.verdict": VERDICTS,
  "src/core/measure/comparisonText.ts title": TERMS,
  "src/core/measure/comparisonText.ts COMPARISON_COLUMNS[column].title": TERMS,
  "src/editor/files/samples.ts title": stories.map(({ title }) => title),
  "src/editor/files/samples.ts detail": stories.map(({ detail }) => detail),
  "src/editor/results/explorerItems.ts span.kind": SPAN_KINDS,
  "src/editor/results/resultHover.ts term": TERMS,
  "src/editor/results/resultHover.ts GLOSSARY[term]": Object.values(GLOSSARY),
  "src/editor/runs/optionForm.ts description": OPTION_WORDS,
  "src/editor/runs/strategyPicker.ts summary": STRATEGIES.map(({ summary }) => summary),
  "webview/charts/checkWords.ts unit": UNITS,
  "webview/charts/exitChart.ts unit": UNITS,
  "webview/figures/exitFigures.ts unit": UNITS,
  "webview/figures/faithfulnessFigure.ts FIGURE_WORDS[name].title": Object.values(FIGURE_WORDS).map(
    ({ title }) => title,
  ),
  "webview/figures/faithfulnessFigure.ts FIGURE_WORDS[name].reading": Object.values(FIGURE_WORDS).map(
    ({ reading }) => reading,
  ),
  "webview/figures/ruleFrontFigures.ts title": Object.values(SIGNALS).map(({ title }) => title),
  "webview/compare/overviewTable.ts title": TERMS,
  "webview/compare/overviewTable.ts row.verdict": VERDICTS,
  "webview/parts/checkChip.ts word": VERDICTS,
  "webview/parts/termTip.ts term": TERMS,
  "webview/parts/termTip.ts GLOSSARY[term]": Object.values(GLOSSARY),
  "webview/runs/runsColumns.ts state": ["running", "finished", "cancelled", "failed", "interrupted"],
  "webview/runs/runsColumns.ts verdict": VERDICTS,
};

/** The same of heads of tables, whose words stand in lists of that name. */
const OF_HEADS =
  /^webview\/(parts\/termTip\.ts name|(exits\/ruleChoice|samples\/(sampleTable|voteControls))\.ts title)$/;

/** Where translators are made, which take keys from others. */
const RIMS = ["src/core/text/l10n.ts", "src/editor/host/language.ts"];

/** Where sentences are said in a person's language; the command line speaks English. */
const ROOMS = /^(src\/(?!cli\/)|webview\/)/;

/** Where a sentence that is given back says why something cannot be done: see `Refusal` of `patchedGraph.ts`. */
const REFUSING = /^src\/engine\/backends\/onnx\/(patch\/|attentionWeights|provenGraph)/;
const SENTENCE = /^\p{Lu}\S* .*\.$/su;

export function l10nKeys(root: string): Keys {
  const keys = new Set<string>();
  const unreadable: string[] = [];
  const early: string[] = [];
  for (const file of sourceFiles(root)) {
    const source = ts.createSourceFile(file, readFileSync(path.join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      const key = keyOf(node);
      if (typeof key === "string") keys.add(key);
      else if (key) {
        const called = `${file} ${key.getText()}`;
        const named = OF_HEADS.test(called) ? [] : TABLES[called];
        const place = `${file}:${source.getLineAndCharacterOfPosition(key.getStart()).line + 1}`;
        if (named) for (const each of named) keys.add(each);
        else unreadable.push(`${place} ${key.getText()}`);
      }
      if (file.startsWith("webview/") && isHead(node)) keys.add(node.text);
      if (REFUSING.test(file) && ts.isStringLiteralLike(node) && SENTENCE.test(node.text)) keys.add(node.text);
      if (REFUSING.test(file) && ts.isTemplateExpression(node) && !ts.isTaggedTemplateExpression(node.parent)) {
        const text = [node.head, ...node.templateSpans.map(({ literal }) => literal)]
          .map((each) => each.text)
          .join("…");
        if (SENTENCE.test(text)) unreadable.push(`${file} ${text}`);
      }
      if (key !== undefined && !file.startsWith("webview/") && isEarly(node)) early.push(`${file}: ${node.getText()}`);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  // Errors are translated by what they say; those with values name their keys themselves.
  for (const { code, plain, untranslatable, file } of errorsIn(root)) {
    if (!ROOMS.test(file)) continue;
    for (const each of plain) keys.add(each);
    for (const each of untranslatable) unreadable.push(`${file} ${code} ${each}`);
  }
  return { keys: [...keys], unreadable, early };
}

const sourceFiles = (root: string): string[] =>
  ["src", "webview"]
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).map((name) =>
        path.posix.join(folder, name.replaceAll(path.sep, "/")),
      ),
    )
    .filter((file) => file.endsWith(".ts") && ROOMS.test(file) && !RIMS.includes(file))
    .sort();

/** The key of a call of `l10n.t` or of a template of `l10n.later`; the expression where it is no literal. */
function keyOf(node: ts.Node): string | ts.Expression | undefined {
  if (ts.isCallExpression(node) && /(^|\.)l10n\.t$/.test(node.expression.getText())) {
    const [key] = node.arguments;
    return key && ts.isStringLiteralLike(key) ? key.text : key;
  }
  if (!ts.isTaggedTemplateExpression(node) || node.tag.getText() !== "l10n.later") return undefined;
  const { template } = node;
  if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text;
  return template.templateSpans.reduce(
    (key, { literal }, index) => `${key}{${index}}${literal.text}`,
    template.head.text,
  );
}

/** A word in the head of a table: an element of a list of that name, also of one that is spread into it or chosen for it. */
function isHead(node: ts.Node): node is ts.StringLiteralLike {
  if (!ts.isStringLiteralLike(node) || !/\p{L}{2}/u.test(node.text)) return false;
  let list = node.parent;
  while (ts.isArrayLiteralExpression(list) || ts.isSpreadElement(list) || ts.isConditionalExpression(list))
    list = list.parent;
  return (ts.isPropertyAssignment(list) || ts.isVariableDeclaration(list)) && list.name.getText() === "head";
}

/** VS Code's own `l10n` knows the language before any file is loaded; ours does where a function is called. */
function isEarly(node: ts.Node): boolean {
  if (!ts.isCallExpression(node) || node.expression.getText() !== "l10n.t") return false;
  return !ts.findAncestor(node, (each) => ts.isFunctionLike(each) || ts.isPropertyDeclaration(each));
}
