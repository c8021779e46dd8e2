/** `${…}` in prompt texts: what the context gives is put in, everything else stays as written and is told of. */
import type { PromptContext, PromptInput } from "./prompt";

export interface FilledText {
  text: string;
  inputs: PromptInput[];
  warnings: string[];
}

const own = (values: Record<string, string> | undefined, name: string): string | undefined =>
  values && Object.hasOwn(values, name) ? values[name] : undefined;

/**
 * Replaces `${input:name:placeholder}`, `${selection}` and the variables of the context, once: what was put in is not
 * looked at again. `${env:…}` and `${file:…}` are never resolved.
 */
export function fillVariables(source: string, context: PromptContext): FilledText {
  const inputs = new Map<string, PromptInput>();
  const warnings = new Set<string>();
  const text = source.replace(
    /\$\{([A-Za-z]+)(?::([^}:\n]*)(?::([^}\n]*))?)?\}/g,
    (written, kind: string, name, hint) => {
      if (kind === "env" || (kind === "file" && name !== undefined)) {
        warnings.add(`${written} is not resolved: a prompt does not read the environment or other files.`);
        return written;
      }
      if (kind === "input" && name !== undefined) {
        const value = own(context.inputs, name);
        if (value === undefined && !inputs.has(name)) inputs.set(name, { name, placeholder: hint });
        return value ?? written;
      }
      const value = kind === "selection" || kind === "selectedText" ? context.selection : own(context.variables, kind);
      if (value === undefined) warnings.add(`${written} has no value here and stays as it is.`);
      return value ?? written;
    },
  );
  return { text, inputs: [...inputs.values()], warnings: [...warnings] };
}

/** Warnings for links, images and `#file:` references to files: they are sent as text and not followed. */
export function linkWarnings(text: string): string[] {
  const warnings = new Set<string>();
  for (const [, target] of text.matchAll(/!?\[[^\]\n]*\]\(([^)\s]+)[^)\n]*\)/g)) {
    if (!/^(?:[a-z][a-z0-9+.-]+:|#)/i.test(target!))
      warnings.add(`The link to ${target} is sent as text and not followed.`);
  }
  for (const [reference] of text.matchAll(/(?<!\S)#(?:file|folder|tool):\S+/g)) {
    warnings.add(`${reference} is sent as text: no tools run and no files are read.`);
  }
  return [...warnings];
}

/** Warnings for `${env:…}` and `${file:…}` anywhere in front matter, which stay unresolved. */
export function unresolvedWarnings(values: unknown): string[] {
  const found = new Set<string>();
  const visit = (value: unknown, depth: number): void => {
    if (typeof value === "string")
      for (const [written] of value.matchAll(/\$\{(?:env|file):[^}\n]*\}/g)) found.add(written);
    if (typeof value === "object" && value !== null && depth < 20) {
      for (const each of Object.values(value)) visit(each, depth + 1);
    }
  };
  visit(values, 0);
  return [...found].map((written) => `${written} in the front matter is not resolved.`);
}
