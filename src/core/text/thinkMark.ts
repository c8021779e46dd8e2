/** The marks of think formats as they stand in a text: found, and told from those that are only talked about. */
import { isProse, isQuoted, LONGEST_MARK, restOfLine } from "./namedMark";
import { THINK_FORMATS, type ThinkFormat } from "./thinkFormat";

type Role =
  | "open"
  | "close"
  /** An element inside thinking whose end looks like thinking's own. */
  | "nest"
  | "answer"
  | "end-answer"
  | "summary"
  | "end-summary"
  | "history"
  | "end-history"
  /** A header of Harmony, after which a message of the kind `message` stands. */
  | "header"
  | "end";

/** What a message of Harmony is to a reader. */
type Message = "thinking" | "answer" | "tool" | "prompt";

export interface Mark {
  readonly role: Role;
  /** The opener of its format: formats that share one read the same. */
  readonly family: string;
  readonly from: number;
  readonly to: number;
  /** For closers, whether one without an opener counts; for the answer's, whether it ends thinking by itself. */
  readonly strong: boolean;
  readonly message?: Message | undefined;
}

type Row = Pick<Mark, "role" | "family" | "strong"> & { place?: "line" | "first-line" };

/** Marks of InftyThink's rounds, which stand beside any format. */
const ROUNDS = ["summary", "history"] as const;
const HARMONY = "<|channel|>analysis<|message|>";
const HEADER = String.raw`(?:<\|start\|>[^<\n]{1,100})?(?:<\|channel\|>[^<\n]{1,80})?(?:<\|constrain\|>[^<\n]{1,20})?<\|message\|>`;
const HARMONY_END = String.raw`<\|(?:end|return|call)\|>`;
/** The beginning of a header that is not over. */
const HALF_HEADER = /^<\|(?:start|channel)\|>(?:[^<\n]|<\|(?:channel|constrain)\|>)*(?:<(?:\|[a-z]*\|?)?)?$/;
const TERMINAL = "Thinking...";
/** The end of a sentence or formula, and the blank behind it. */
const SENTENCE_END = /[.!?)\]}$%*\d][ \t]{1,2}$/;
const DETAILS = "<details";
const DETAILS_OPEN = String.raw`<details\s[^<>\n]{0,100}type=["']?reasoning\b[^<>\n]{0,100}>`;

const isTag = (mark: string) => /^<\/?[\w:]+>$/.test(mark);
/** A tag as models write it now and then: with blanks, or an opener with attributes. */
const WRITTEN_TAG = /^<\s?(\/?)\s?([\w:]+)(?:\s[^>]*)?>$/;
const plainTag = (written: string) => written.replace(WRITTEN_TAG, "<$1$2>").toLowerCase();

/** A pattern of these tags, in any of their spellings. */
function anyTag(tags: readonly string[]): string {
  const closers = tags.filter((mark) => mark.startsWith("</"));
  const openers = tags.filter((mark) => !mark.startsWith("</"));
  const names = (all: readonly string[]) => all.map((mark) => mark.replace(/[</>]/g, "")).join("|");
  return String.raw`<\s?(?:${names(openers)})(?:\s[\w-]{1,20}=[^<>\n]{1,80})?\s?>|<\s?\/\s?(?:${names(closers)})\s?>`;
}
const escaped = (mark: string) => mark.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Finds the marks of some formats. */
export class MarkScanner {
  private readonly literals = new Map<string, Row>();
  /** Those that are tags, in lower case. */
  private readonly tags: ReadonlyMap<string, Row>;
  private readonly pattern: RegExp;
  /** What marks begin with. */
  private readonly firsts: ReadonlySet<string>;
  /** Each mark has one of these: a look for them is much quicker than one for all marks. */
  private readonly telling: RegExp;
  private readonly harmony: boolean;
  private readonly details: boolean;

  constructor(formats: readonly ThinkFormat[]) {
    this.harmony = formats.some(({ opener }) => opener === HARMONY);
    this.details = formats.some(({ id }) => id === "details");
    for (const format of formats) this.addFormat(format);
    for (const name of ROUNDS) {
      this.literals.set(`<${name}>`, { role: name, family: "", strong: false });
      this.literals.set(`</${name}>`, { role: `end-${name}`, family: "", strong: false });
    }
    this.tags = new Map(
      [...this.literals].filter(([mark]) => isTag(mark)).map(([mark, row]) => [mark.toLowerCase(), row]),
    );
    const inLine = [...this.literals].filter(([, { place }]) => place === undefined);
    this.firsts = new Set([...inLine.map(([mark]) => mark[0]!), "<"]);
    const literals = [...this.literals.keys()].sort((a, b) => b.length - a.length);
    const sources = [...literals.filter((mark) => !isTag(mark)).map(escaped), anyTag(literals.filter(isTag))];
    if (this.harmony) sources.unshift(HEADER, HARMONY_END);
    if (this.details) sources.unshift(DETAILS_OPEN, String.raw`<details\b[^<>\n]{0,200}>`);
    const signs = new Set([...this.literals.keys()].map((mark) => /[^\w\s]/.exec(mark)?.[0] ?? mark[0]!));
    this.telling = new RegExp(
      `[${[...signs, "<"].map((sign) => `\\u{${sign.codePointAt(0)!.toString(16)}}`).join("")}]`,
      "u",
    );
    this.pattern = new RegExp(sources.join("|"), "gi");
  }

  private addFormat(format: ThinkFormat): void {
    const { id, opener, closer, answer, also = {} } = format;
    const family = opener;
    if (id === "none" || opener === HARMONY) return;
    const place = ({ terminal: "first-line", granite: "line", apriel: "line" } as const)[id];
    const put = (mark: string, row: Row) => {
      if (!this.literals.has(mark)) this.literals.set(mark, row);
    };
    if (id === "details") {
      put(closer, { role: "close", family: DETAILS, strong: false });
      return;
    }
    for (const mark of [opener, ...(also.openers ?? [])])
      put(mark, { role: "open", family, strong: true, ...(place ? { place } : {}) });
    const ends = format.endsMessages ? ({ role: "end", strong: false } as const) : undefined;
    for (const mark of [closer, ...(also.closers ?? [])])
      put(mark, { ...(ends ?? { role: "close", strong: true }), family, ...(place ? { place: "line" } : {}) });
    for (const each of [...(answer ? [answer] : []), ...(also.answers ?? [])]) {
      const strong = !isTag(each.opener);
      put(each.opener, { role: "answer", family, strong });
      put(each.closer, { role: "end-answer", family, strong });
    }
  }

  /** Where the next mark may begin, at or after `from`; the length of `text` where none does. */
  next(text: string, from: number): number {
    if (!this.telling.test(text.slice(from))) return text.length;
    this.pattern.lastIndex = from;
    const found = this.pattern.exec(text)?.index ?? text.length;
    this.pattern.lastIndex = 0;
    return found;
  }

  /**
   * The marks in characters [from, to) of `text`, which hold no line break.
   * @param final whether no more text comes; else a mark that more text may turn into prose is not given yet
   */
  *marks(text: string, from: number, to: number, final: boolean): Generator<Mark> {
    const piece = text.slice(from, to);
    for (const match of piece.matchAll(this.pattern)) {
      const at = { from: from + match.index, to: from + match.index + match[0].length };
      const mark = this.markOf(text, match[0], at.from, at.to, final);
      if (mark && mark !== "later") yield { ...mark, ...at };
      else if (mark === "later") return;
    }
  }

  private markOf(
    text: string,
    written: string,
    from: number,
    to: number,
    final: boolean,
  ): Omit<Mark, "from" | "to"> | "later" | undefined {
    const special = this.specialOf(written);
    const quoted = isQuoted(text, from, to, final);
    if (special) return quoted ? (quoted === "later" ? "later" : undefined) : special;
    const row = this.literals.get(written) ?? this.tags.get(plainTag(written));
    if (!row) return undefined;
    if (row.place && !standsApart(text, from, row.place)) {
      // A reply's header closes thinking behind a sentence too, where its own words opened it.
      const closes = row.role === "close" && row.family !== TERMINAL && SENTENCE_END.test(text.slice(from - 4, from));
      return closes && !quoted ? { ...row, strong: false } : undefined;
    }
    if (row.place === "first-line" || (row.place && row.family === TERMINAL)) {
      const rest = restOfLine(text, to);
      if (rest.text.trim() !== "") return undefined;
      if (!rest.over && !final) return "later";
    }
    if (quoted) return quoted === "later" ? "later" : undefined;
    if (row.role !== "open" && row.role !== "close") return row;
    const prose = isProse(text, from, to, final);
    return prose === "later" ? "later" : prose ? undefined : row;
  }

  private specialOf(written: string): Omit<Mark, "from" | "to"> | undefined {
    if (this.details && /^<details/i.test(written))
      return { role: /\stype=["']?reasoning\b/i.test(written) ? "open" : "nest", family: DETAILS, strong: false };
    if (!this.harmony) return undefined;
    if (/^<\|(?:end|return|call)\|>$/.test(written)) return { role: "end", family: HARMONY, strong: false };
    if (!/^<\|(?:start|channel)\|>/.test(written)) return undefined;
    return { role: "header", family: HARMONY, strong: true, message: messageOf(written) };
  }

  /**
   * How many characters at the end of `text` may be the beginning of a mark.
   * @param headersOnly only what cannot be prose: a header that was cut
   */
  unfinished(text: string, headersOnly = false): number {
    const tail = text.slice(-LONGEST_MARK);
    for (let at = 0; at < tail.length; at++) {
      if (!this.firsts.has(tail[at]!)) continue;
      const rest = tail.slice(at);
      const size = tail.length - at;
      if (rest.startsWith("<|") && this.harmony && HALF_HEADER.test(rest)) return size;
      if (headersOnly) continue;
      if (this.details && /^<details\s[^>\n]*$/i.test(rest)) return size;
      if (size < 40 && this.begins(rest)) return size;
    }
    return 0;
  }

  /**
   * How many characters at the end of a whole text are the beginning of a mark that was cut and would have ended what is
   * under way there.
   */
  cut(text: string, state: "thinking" | "answer", family: string | undefined): number {
    if (family === HARMONY) return /<\|[a-z]{1,7}\|?$/.exec(text.slice(-LONGEST_MARK))?.[0].length ?? 0;
    const roles = state === "thinking" ? ["close", "end"] : ["end-answer"];
    const closers = [...this.literals].filter(
      ([, row]) => roles.includes(row.role) && !row.place && (family === undefined || row.family === family),
    );
    const sizes = closers.map(([mark]) => sizeOfCut(text, mark));
    return Math.max(0, ...sizes);
  }

  private begins(rest: string): boolean {
    if (this.harmony && /^<\|[a-z]*\|?$/.test(rest)) return true;
    const lower = rest.toLowerCase();
    for (const [mark, { place }] of this.literals) {
      if (place || rest.length >= mark.length) continue;
      if (isTag(mark) ? mark.toLowerCase().startsWith(lower) : mark.startsWith(rest)) return true;
    }
    return this.details && DETAILS.startsWith(lower);
  }
}

/** How much of `mark` a text ends in that was cut: so much that it is no word of a sentence. */
function sizeOfCut(text: string, mark: string): number {
  const least = /^.\w/u.test(mark) ? 4 : 2;
  for (let size = mark.length - 1; size >= least; size--) {
    const half = mark.slice(0, size);
    if (isTag(mark) ? text.slice(-size).toLowerCase() === half.toLowerCase() : text.endsWith(half)) return size;
  }
  return 0;
}

/** What stands behind a header of Harmony: role, channel and recipient decide (openai/harmony, "message format"). */
function messageOf(header: string): Message {
  const role = /<\|start\|>(\w[\w.]*)/.exec(header)?.[1] ?? "assistant";
  if (["system", "developer", "user"].includes(role)) return "prompt";
  if (role !== "assistant" || /\bto=/.test(header)) return "tool";
  return /<\|channel\|>\s*analysis\b/.test(header) ? "thinking" : "answer";
}

function standsApart(text: string, from: number, place: "line" | "first-line"): boolean {
  const before = text.slice(Math.max(0, from - LONGEST_MARK), from);
  return place === "line" ? /(?:^|\n)[ \t]*$/.test(before) : from < LONGEST_MARK && before.trim() === "";
}

const all = new MarkScanner(THINK_FORMATS);
const scanners = new WeakMap<ThinkFormat, MarkScanner>();

/** The scanner of one format, or of all of them. */
export function markScanner(format: ThinkFormat | undefined): MarkScanner {
  if (!format) return all;
  const known = scanners.get(format);
  if (known) return known;
  const scanner = new MarkScanner([format]);
  scanners.set(format, scanner);
  return scanner;
}
