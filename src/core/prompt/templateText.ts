/** Texts with values in them, in the languages in which prompts are written. */
import Mustache from "mustache";
import { jinjaTemplate } from "../jinja/jinja";
import { delimited, replaceDelimited } from "../text/delimited";
import { trimSides } from "../text/trim";
import { placeholders } from "./placeholders";
import { JINJA, MUSTACHE, TemplateBudget } from "./templateBounds";
import { writtenNames, type NamePath } from "./templateNames";

/** `braces` are names alone in `{{ }}`, `format` those of Python's `str.format`, `dollar` those of its `string.Template`. */
export type Language = "braces" | "format" | "jinja" | "mustache" | "dollar";

/** The language of texts that do not say theirs, by how they write their names. */
export function languageOf(texts: readonly string[]): Language {
  if (texts.some((text) => text.includes("{%"))) return "jinja";
  const inners = innersOf(texts);
  if (inners.some((inner) => /^[ \t]*[A-Za-z_][\w.]*[ \t]*\|/.test(inner))) return "jinja";
  // A helper of Handlebars has its words behind its name, and is no section.
  const isSection = inners.some((inner) => /^(?:[#^]|\{)/.test(inner) && NAME.test(inner.slice(1)));
  if (isSection && !inners.some((inner) => /^#[ \t]*\w+[ \t]+\S/.test(inner))) return "mustache";
  return inners.some((inner) => NAME.test(inner)) ? "braces" : "format";
}

/**
 * What stands in double braces. Where names stand in single ones, those of TeX are braces that Python's format is to
 * write: `\boxed{{A}}`, `\frac{{a}}{{b}}`.
 */
function innersOf(texts: readonly string[]): string[] {
  const isFormat = texts.some((text) =>
    [...text.matchAll(FORMAT_FIELD)].some(
      (field) => field[1] !== undefined && !isTex(text, field.index) && text[field.index - 1] !== "}",
    ),
  );
  return texts.flatMap((text) => {
    let end = -1;
    return [...delimited(text, "{{", "}}", { within: "\n" })].flatMap(({ from, to, inner }) => {
      if (!isFormat || (from !== end && !isTex(text, from))) return [inner];
      end = to;
      return [];
    });
  });
}

/** Whether a command of TeX stands right before a brace. */
const isTex = (text: string, brace: number): boolean =>
  /\\[A-Za-z]{1,20}$/.test(text.slice(Math.max(0, brace - 22), brace));

type Values = Record<string, unknown>;

/** What a template writes out and `values` has not; of Mustache, plain names. */
export function missingPaths(template: string, values: Values, mustache: boolean): NamePath[] {
  const paths = mustache ? mustacheNames(template) : writtenNames(template);
  return paths.filter(([name]) => !Object.hasOwn(values, name));
}

const pathOf = (name: string): NamePath => {
  const [first = "", ...keys] = name.split(".");
  return [first, ...keys];
};

function mustacheNames(template: string): NamePath[] {
  return [...delimited(template, "{{", "}}")].flatMap(({ inner }): NamePath[] => {
    const name = trimSides(inner, "{&} \t\n");
    return /^[A-Za-z_][\w.]*$/.test(name) ? [pathOf(name)] : [];
  });
}

/**
 * Data without prototypes: templates reach nothing but what is in it.
 * @param clean what becomes of each text in it
 */
export function bare(value: unknown, clean: (text: string) => string = String, depth = 0): unknown {
  if (typeof value === "string") return clean(value);
  if (typeof value !== "object" || value === null || depth > 20) return value;
  if (Array.isArray(value)) return value.map((each) => bare(each, clean, depth + 1));
  const entries = Object.entries(value).map(([key, each]) => [key, bare(each, clean, depth + 1)]);
  return Object.assign(Object.create(null) as object, Object.fromEntries(entries));
}

/** @param view data without prototypes */
export function render(template: string, view: Values, mustache: boolean): string {
  if (mustache) return Mustache.render(template, view, undefined, { escape: String });
  return jinjaTemplate(template).render(view);
}

/**
 * A text with its values put in; names without a value stay as they are written.
 * @returns `missing`: those names, each as often as it comes
 * @throws Error when a template is wrong, or holds too much
 */
export function filled(text: string, language: Language, values: Values): { text: string; missing: string[] } {
  if (language === "jinja" || language === "mustache") {
    const mustache = language === "mustache";
    new TemplateBudget(mustache ? MUSTACHE : JINJA).take(text);
    const paths = missingPaths(text, values, mustache);
    const view = bare({ ...values, ...placeholders(paths) }) as Values;
    return { text: render(text, view, mustache), missing: paths.map(([name]) => name) };
  }
  const missing: string[] = [];
  const valueOf = (name: string, written: string): string => {
    const path = pathOf(name);
    const value = path.reduce<unknown>(
      (holder, key) =>
        typeof holder === "object" && holder !== null && Object.hasOwn(holder, key)
          ? (holder as Values)[key]
          : undefined,
      values,
    );
    if (value === undefined) missing.push(path[0]);
    return value === undefined ? written : typeof value === "object" ? JSON.stringify(value) : String(value);
  };
  if (language === "format") {
    const out = text.replace(FORMAT_FIELD, (all, name: string | undefined) =>
      name === undefined ? all[0]! : valueOf(name, all),
    );
    return { text: out, missing };
  }
  if (language === "dollar") {
    const out = text.replace(DOLLAR_FIELD, (all, name: string | undefined, braced: string | undefined) =>
      all === "$$" ? "$" : valueOf((name ?? braced)!, all),
    );
    return { text: out, missing };
  }
  const names = delimited(text, "{{", "}}", { within: "\n", accepts: (inner) => NAME.test(inner) });
  const out = replaceDelimited(text, names, ({ inner }) => valueOf(trimSides(inner, " \t$"), `{{${inner}}}`));
  return { text: out, missing };
}

const NAME = /^[ \t]*\$?[A-Za-z_][\w.]*[ \t]*$/;
const DOLLAR_FIELD = /\$\$|\$([A-Za-z_]\w*)|\$\{([A-Za-z_]\w*)\}/g;
const FORMAT_FIELD = /\{\{|\}\}|\{([A-Za-z_][\w.]*)(?:![rsa])?(?::[^{}\n]*)?\}/g;
