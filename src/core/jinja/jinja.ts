/**
 * Jinja2 as templates of models and prompts are written in it: what Python's `jinja2` writes, this writes, and every
 * template ends.
 */
import { Interpreter } from "./interpreter";
import { Budget, type Limits } from "./limits";
import { parseTemplate } from "./parser";
import type { SourceOptions } from "./source";

export interface JinjaTemplate {
  /**
   * @param values variables by name: plain data
   * @param now what `strftime_now` writes
   * @throws Error that says what is wrong with the template or these values, or that it asks for too much
   */
  render(values: Record<string, unknown>, now?: Date): string;
}

/** @throws Error that says what is wrong with the template */
export function jinjaTemplate(
  source: string,
  options: SourceOptions = {},
  limits: Partial<Limits> = {},
): JinjaTemplate {
  const template = parseTemplate(source, options);
  return { render: (values, now) => new Interpreter(new Budget(limits), values, now).render(template) };
}
