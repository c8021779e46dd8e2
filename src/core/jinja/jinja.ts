/**
 * Jinja2 as templates of models and prompts are written in it: `@huggingface/jinja` reads and runs them, this room mends
 * where it differs from Jinja2 and puts an end to templates that have none.
 */
import { BoundedInterpreter } from "./interpreter";
import { Budget, type Limits } from "./limits";
import type { SourceOptions } from "./source";
import { parseTemplate } from "./syntax";

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
  const program = parseTemplate(source, options);
  return { render: (values, now) => new BoundedInterpreter(new Budget(limits), values, now).render(program) };
}
