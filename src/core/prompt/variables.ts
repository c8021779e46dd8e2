/** `${…}` in prompt texts: what the context gives is put in, everything else stays as written and is told of. */
import { delimited, replaceDelimited, type Delimited } from "../text/delimited";
import { l10n, type Sentence } from "../text/l10n";
import type { PromptContext, PromptInput } from "./prompt";

export interface FilledText {
  text: string;
  inputs: PromptInput[];
  warnings: Sentence[];
}

const own = (values: Record<string, string> | undefined, name: string): string | undefined =>
  values && Object.hasOwn(values, name) ? values[name] : undefined;

/** `kind`, `kind:name` or `kind:name:hint`, on one line. */
const VARIABLE = /^([A-Za-z]+)(?::([^:]*)(?::(.*))?)?$/s;
const VARIABLE_START = /^[A-Za-z]+(?::|$)/;

function variablesIn(text: string): Delimited[] {
  return [...delimited(text, "${", "}", { within: "\n", accepts: (inner) => VARIABLE_START.test(inner) })];
}

/**
 * Replaces `${input:name:placeholder}`, `${selection}` and the variables of the context, once: what was put in is not
 * looked at again. `${env:…}` and `${file:…}` are never resolved.
 */
export function fillVariables(source: string, context: PromptContext): FilledText {
  const inputs = new Map<string, PromptInput>();
  /** Each once, by what is written. */
  const warnings = new Map<string, Sentence>();
  const text = replaceDelimited(source, variablesIn(source), ({ inner }) => {
    const written = `\${${inner}}`;
    const [, kind = "", name, hint] = VARIABLE.exec(inner) ?? [];
    if (kind === "env" || (kind === "file" && name !== undefined)) {
      warnings.set(
        written,
        l10n.later`${written} is not resolved: a prompt does not read the environment or other files.`,
      );
      return written;
    }
    if (kind === "input" && name !== undefined) {
      const value = own(context.inputs, name);
      if (value === undefined && !inputs.has(name)) inputs.set(name, { name, placeholder: hint });
      return value ?? written;
    }
    const value = kind === "selection" || kind === "selectedText" ? context.selection : own(context.variables, kind);
    if (value === undefined) warnings.set(written, l10n.later`${written} has no value here and stays as it is.`);
    return value ?? written;
  });
  return { text, inputs: [...inputs.values()], warnings: [...warnings.values()] };
}

/** Warnings for links, images and `#file:` references to files: they are sent as text and not followed. */
export function linkWarnings(text: string): Sentence[] {
  const links = new Set<string>();
  for (const { inner } of delimited(text, "](", ")", { within: "\n" })) {
    const [target = ""] = inner.split(/\s/, 1);
    if (target !== "" && !/^(?:[a-z][a-z0-9+.-]{0,40}:|#)/i.test(target)) links.add(target);
  }
  const references = new Set(
    Array.from(text.matchAll(/(?<!\S)#(?:file|folder|tool):\S+/g), ([reference]) => reference),
  );
  return [
    ...Array.from(links, (target) => l10n.later`The link to ${target} is sent as text and not followed.`),
    ...Array.from(references, (each) => l10n.later`${each} is sent as text: no tools run and no files are read.`),
  ];
}

/** Warnings for `${env:…}` and `${file:…}` anywhere in front matter, which stay unresolved. */
export function unresolvedWarnings(values: unknown): Sentence[] {
  const found = new Set<string>();
  const visit = (value: unknown, depth: number): void => {
    if (typeof value === "string") {
      for (const { inner } of variablesIn(value)) if (/^(?:env|file):/.test(inner)) found.add(`\${${inner}}`);
    }
    if (typeof value === "object" && value !== null && depth < 20) {
      for (const each of Object.values(value)) visit(each, depth + 1);
    }
  };
  visit(values, 0);
  return [...found].map((written) => l10n.later`${written} in the front matter is not resolved.`);
}
