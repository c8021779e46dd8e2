/** YAML as data, what is wrong with it, and where its values stand; JSON is YAML too. */
import { isNode, isPair, LineCounter, parseDocument, type Document } from "yaml";
import { l10n, type Sentence } from "../text/l10n";
import { isTangled } from "./yamlTangle";

/** What is wrong with a text of YAML, at a zero-based line. */
export interface DataFault {
  line: number;
  reason: string | Sentence;
}

/** Names are compared each with each to find one that comes twice: in a long file nobody waits for that. */
const LONGEST_COMPARED = 20_000;

/** @returns undefined where it is nested deeper, or repeats itself more, than is read */
function documentOf(text: string, lineCounter?: LineCounter): Document | undefined {
  if (isTangled(text)) return undefined;
  const options = { prettyErrors: true, logLevel: "silent", uniqueKeys: text.length <= LONGEST_COMPARED } as const;
  return parseDocument(text, { ...options, ...(lineCounter ? { lineCounter } : {}) });
}

/** @returns `value`: null where the text is empty, undefined where something is wrong with it */
export function parseData(text: string): { value: unknown; fault?: DataFault } {
  try {
    const document = documentOf(text);
    if (!document) return { value: undefined, fault: TOO_DEEP };
    const [error] = document.errors;
    if (!error) return { value: document.toJS({ maxAliasCount: 50 }) as unknown };
    const reason = error.message.split(/ at line|\n/)[0]!.replace(/[.:]$/, "");
    return { value: undefined, fault: { line: (error.linePos?.[0].line ?? 1) - 1, reason } };
  } catch {
    return { value: undefined, fault: TOO_DEEP };
  }
}

const TOO_DEEP: DataFault = { line: 0, reason: l10n.later`it is nested too deeply or repeats itself` };

/** Keys and places from the outermost value inwards. */
export type DataPath = readonly (string | number)[];

/** Zero-based lines, last exclusive. */
export type LineRange = [first: number, end: number];

/** @returns of a path the lines of its value with its key; undefined where the text or the path is not to be found */
export function placesIn(text: string): (path: DataPath) => LineRange | undefined {
  const lines = new LineCounter();
  // JSON may be nested deeper than YAML is read.
  const document = documentOf(text, lines);
  if (!document || document.errors.length > 0) return () => undefined;
  return (path) => {
    const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
    if (!isNode(node) || !node.range) return undefined;
    const key = keyOf(path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true), path.at(-1));
    const from = Math.min(key ?? node.range[0], node.range[0]);
    const body = text.slice(from, node.range[1]).trimEnd();
    const first = lines.linePos(from).line - 1;
    return [first, first + body.split("\n").length];
  };
}

/** Where the key of a value begins, where it has one. */
function keyOf(holder: unknown, name: string | number | undefined): number | undefined {
  const { items } = (holder ?? {}) as { items?: unknown };
  const pairs = Array.isArray(items) ? (items as unknown[]).filter((each) => isPair(each)) : [];
  const pair = pairs.find(({ key }) => isNode(key) && String(key.toJSON()) === String(name));
  return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
}
