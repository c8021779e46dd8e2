/** What one rendering of a template may take: templates come with models and prompts, and may be written to harm. */

export interface Limits {
  /** Nodes of the template that are evaluated. */
  steps: number;
  /** Characters of one text. */
  text: number;
  /** Elements of one list, and of all ranges together. */
  list: number;
  /** Milliseconds. */
  time: number;
}

/** A conversation of two hundred turns takes the most wasteful of known templates, Gemma 4's, 150 000 steps. */
const LIMITS: Limits = { steps: 1_000_000, text: 20_000_000, list: 100_000, time: 1_500 };

/** Counts what is used, and ends a rendering that asks for too much. */
export class Budget {
  private steps = 0;
  private ranged = 0;
  private readonly until: number;
  private readonly limits: Limits;

  constructor(limits: Partial<Limits> = {}) {
    this.limits = { ...LIMITS, ...limits };
    this.until = performance.now() + this.limits.time;
  }

  /** @throws Error where the template does not end */
  step(): void {
    this.steps += 1;
    if (this.steps > this.limits.steps) throw new Error("the template takes too many steps");
    if (this.steps % 512 === 0 && performance.now() > this.until) throw new Error("the template takes too long");
  }

  /** Asked before a text of this length is made. */
  text(length: number): void {
    if (!(length <= this.limits.text)) throw new Error("the template writes too much");
  }

  list(length: number): void {
    if (!(length <= this.limits.list)) throw new Error("a list of the template is too long");
  }

  range(length: number): void {
    this.ranged += length;
    if (!(this.ranged <= this.limits.list)) throw new Error("range() is too long");
  }
}
