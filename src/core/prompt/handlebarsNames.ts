/** What a Handlebars template writes out: values by name, and members of what its blocks go through. */
import { delimited } from "../text/delimited";
import { trimSides } from "../text/trim";
import type { NamePath } from "./templateNames";

/** Words in double braces that are no values: Dotprompt's and Handlebars' own. */
const HELPERS = ["else", "history", "json", "media", "role", "section", "this", "true", "false", "null", "undefined"];

/** A block in which names are members of something else. */
interface Scope {
  /** Of that; undefined where it is not known. */
  path: NamePath | undefined;
  /** What it is called in the block, as in `each orders as |order|`. */
  alias: string | undefined;
}

export interface WrittenPaths {
  /** `{{topic}}`, `{{user.name}}`, `{{json data}}`, outside of blocks that give names a meaning of their own. */
  named: NamePath[];
  /** What such blocks go through, and what is named in them: of `{{#each orders}}{{id}}{{/each}}` the `id` of the first of `orders`. */
  members: NamePath[];
}

export function writtenPaths(template: string): WrittenPaths {
  const [named, members]: [NamePath[], NamePath[]] = [[], []];
  const scopes: Scope[] = [];
  for (const { inner } of delimited(template, "{{", "}}")) {
    const word = trimSides(inner, "{~ \t\n");
    const [, block, given = ""] = /^#(each|with)\b([^]*)$/.exec(word) ?? [];
    if (block !== undefined) {
      const scope = scopeOf(block, given.trim(), scopes);
      if (scope.path) members.push(scope.path);
      scopes.push(scope);
    } else if (/^\/(?:each|with)\b/.test(word)) scopes.pop();
    else if (!word.startsWith("!")) {
      const paths = valuesOf(word).flatMap((value): NamePath[] => {
        const path = resolved(value, scopes);
        return path ? [path] : [];
      });
      (scopes.length === 0 ? named : members).push(...paths);
    }
  }
  return { named, members };
}

function scopeOf(block: string, given: string, scopes: readonly Scope[]): Scope {
  const [value = ""] = given.split(/\s/, 1);
  const path = resolved(value, scopes);
  const [, alias] = /\bas\s\|\s?(\w+)/.exec(given) ?? [];
  return { path: path && block === "each" ? [...path, 0] : path, alias };
}

/** The words of a tag that are values. */
function valuesOf(word: string): string[] {
  const [first = "", ...given] = word.split(/\s+/, 10);
  const values = first === "json" || first === "media" ? given.slice(0, 2) : given.length === 0 ? [first] : [];
  // `url=photo`, as helpers are given their values; `indent=2` names none.
  return values.map((value) => value.slice(value.indexOf("=") + 1));
}

/** Where a name leads from within the innermost of some blocks; of what is gone through itself, nowhere. */
function resolved(value: string, scopes: readonly Scope[]): NamePath | undefined {
  let [name, depth] = [value, scopes.length];
  for (; name.startsWith("../"); depth -= 1) name = name.slice(3);
  name = name.replace(/^(?:this\.|\.\/)/, "");
  if (!/^[A-Za-z_]\w*(?:\.\w+)*$/.test(name)) return undefined;
  const [first = "", ...keys] = name.split(".");
  if (HELPERS.includes(first)) return undefined;
  const called = scopes.slice(0, Math.max(depth, 0)).findLast(({ alias }) => alias === first);
  if (called) return called.path && keys.length > 0 ? [...called.path, ...keys] : undefined;
  if (depth <= 0) return [first, ...keys];
  const { path } = scopes[depth - 1]!;
  return path && [...path, first, ...keys];
}
