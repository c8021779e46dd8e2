/** What the templates of a prompt file may hold: the libraries that read them take their time for each tag, or for their square. */

import { MOST_TAGS } from "../jinja/source";
import { LONGEST_CODE } from "../jinja/tokens";

export interface TemplateBounds {
  /** What opens and closes a tag. */
  readonly marks: Readonly<Record<string, string>>;
  /** Tags of one template, and of all of the file. */
  readonly tags: number;
  readonly tagsOfFile: number;
  /** How many tags a template takes as long as, whatever it holds. */
  readonly overhead: number;
  /** Characters of tags from opening to closing, together, in the whole file. */
  readonly code: number;
}

/** Handlebars takes 0.1 ms for a tag, and the square of their number for comments and for blocks that are not closed. */
export const HANDLEBARS: TemplateBounds = {
  marks: { "{{": "}}" },
  tags: 500,
  tagsOfFile: 2000,
  overhead: 5,
  code: 30_000,
};
/** Jinja takes 10 µs for a tag and 2 µs for each word in one; Mustache takes less, and knows no other tags. */
export const JINJA: TemplateBounds = {
  marks: { "{{": "}}", "{%": "%}" },
  tags: MOST_TAGS,
  tagsOfFile: 2 * MOST_TAGS,
  overhead: 10,
  code: LONGEST_CODE,
};
export const MUSTACHE: TemplateBounds = { ...JINJA, marks: HANDLEBARS.marks };

/** Counts what the templates of one file hold. */
export class TemplateBudget {
  private tags = 0;
  private code = 0;

  constructor(private readonly bounds: TemplateBounds) {}

  /** @throws Error where this template, or the file with it, holds too much */
  take(template: string): void {
    const before = this.tags;
    this.tags += this.bounds.overhead;
    if (this.tags > this.bounds.tagsOfFile) throw new Error("the file has too many templates");
    for (const [open, close] of Object.entries(this.bounds.marks))
      for (let from = template.indexOf(open); from >= 0;) {
        const closer = template.indexOf(close, from + open.length);
        const to = closer < 0 ? template.length : closer + close.length;
        this.tags += 1;
        this.code += to - from;
        if (this.tags - before > this.bounds.tags) throw new Error("the template has too many tags");
        if (this.tags > this.bounds.tagsOfFile) throw new Error("the templates of the file have too many tags");
        if (this.code > this.bounds.code) throw new Error("the tags of the template are too long");
        from = template.indexOf(open, to);
      }
  }
}
