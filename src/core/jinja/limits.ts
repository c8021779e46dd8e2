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
const LIMITS: Limits = { steps: 1_000_000, text: 20_000_000, list: 100_000, time: 1_000 };

/** A rendering that was ended because it asked for too much: no other of the same template need be tried. */
export class TemplateLimit extends Error {
  override name = "TemplateLimit";
}

/** Characters after whose making the time is looked at, however few steps made them. */
const LOOK_AFTER = 1_000_000;

/** Counts what is used, and ends a rendering that asks for too much. */
export class Budget {
  private steps = 0;
  private ranged = 0;
  private made = 0;
  private readonly until: number;
  private readonly limits: Limits;

  constructor(limits: Partial<Limits> = {}) {
    this.limits = { ...LIMITS, ...limits };
    this.until = performance.now() + this.limits.time;
  }

  /** @throws TemplateLimit where the template does not end */
  step(): void {
    this.steps += 1;
    if (this.steps > this.limits.steps) throw new TemplateLimit("the template takes too many steps");
    if (this.steps % 512 === 0) this.look();
  }

  /** Asked before a text of this length is made. @throws TemplateLimit */
  text(length: number): void {
    if (!(length <= this.limits.text)) throw new TemplateLimit("the template writes too much");
    this.made += length;
    if (this.made < LOOK_AFTER) return;
    this.made = 0;
    this.look();
  }

  /** @throws TemplateLimit */
  list(length: number): void {
    if (!(length <= this.limits.list)) throw new TemplateLimit("a list of the template is too long");
  }

  /** @throws TemplateLimit */
  range(length: number): void {
    this.ranged += length;
    if (!(this.ranged <= this.limits.list)) throw new TemplateLimit("range() is too long");
  }

  private look(): void {
    if (performance.now() > this.until) throw new TemplateLimit("the template takes too long");
  }
}
