/** What rows of a dataset lack, told by the names of the columns that they have. */
import { l10n, type Sentence } from "../text/l10n";
import { shorten } from "../text/shorten";

/** Names of columns that are told; more help nobody. */
const MOST_COLUMNS = 12;

/** The names of the columns of rows in which something was missed. */
class MissedColumns {
  private readonly names = new Set<string>();

  add(fields: Record<string, unknown>): void {
    for (const name of Object.keys(fields)) {
      if (this.names.size > MOST_COLUMNS) return;
      this.names.add(name);
    }
  }

  /** `fault` as a sentence, as in `…: of the columns “id” and “text” none is question or problem.` @param accepted what would have been found */
  after(fault: Sentence, accepted: readonly string[]): Sentence {
    const names = [...this.names].slice(0, MOST_COLUMNS).map((name) => `“${shorten(name, 40)}”`);
    if (names.length === 0) return l10n.later`${fault}.`;
    const found = this.names.size > MOST_COLUMNS ? all(names.join(", "), l10n.later`others`) : listed(names, all);
    return l10n.later`${fault}: of the columns ${found} none is ${listed(accepted, any)}.`;
  }
}

const all = (first: string, last: string | Sentence): Sentence => l10n.later`${first} and ${last}`;
const any = (first: string, last: string | Sentence): Sentence => l10n.later`${first} or ${last}`;

/** As in `a, b and c`. */
const listed = (names: readonly string[], join: typeof all): string | Sentence =>
  names.length < 2 ? names.join("") : join(names.slice(0, -1).join(", "), names.at(-1)!);

/** What was missed in a file: rows without a question, questions without an answer, and those with options that are not read. */
export interface Missed {
  questions: MissedColumns;
  answers: MissedColumns;
  options: number;
}

export const noted = (): Missed => ({ questions: new MissedColumns(), answers: new MissedColumns(), options: 0 });
