/** What rows of a dataset lack, told by the names of the columns that they have. */
import { plainName } from "../formats/reading/fieldNames";
import { l10n, type Sentence } from "../text/l10n";
import { shorten } from "../text/shorten";
import type { PromptProblem } from "./prompt";

/** Names of columns that are told; more help nobody. */
const MOST_COLUMNS = 12;
/** Names that are looked through for one that is known. */
const MOST_KEPT = 500;

/** The names of the columns of rows in which something was missed. */
class MissedColumns {
  private readonly names = new Set<string>();

  add(fields: Record<string, unknown>): void {
    for (const name of Object.keys(fields)) {
      if (this.names.size >= MOST_KEPT) return;
      this.names.add(name);
    }
  }

  /**
   * `fault` as a problem of a file: that what would have been found is empty, or as in `…: of the columns “id” and “text”
   * none is question or problem.`
   * @param accepted what would have been found
   * @param action what to do where none of the columns is that
   */
  problem(fault: Sentence, accepted: readonly string[], action: Sentence): PromptProblem {
    const known = accepted.map(plainName);
    const empty = [...this.names].filter((name) => known.includes(plainName(name))).map(quoted);
    if (empty.length === 0) return { line: 0, message: this.after(fault, accepted), action };
    return {
      line: 0,
      message: l10n.later`${fault}: nothing that can be read stands under ${listed(empty, all)}.`,
      action: l10n.later`Write what is missing there, or say which field holds it.`,
    };
  }

  private after(fault: Sentence, accepted: readonly string[]): Sentence {
    const names = [...this.names].slice(0, MOST_COLUMNS).map(quoted);
    if (names.length === 0) return l10n.later`${fault}.`;
    const found = this.names.size > MOST_COLUMNS ? all(names.join(", "), l10n.later`others`) : listed(names, all);
    return l10n.later`${fault}: of the columns ${found} none is ${listed(accepted, any)}.`;
  }
}

const quoted = (name: string): string => `“${shorten(name, 40)}”`;
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
