/** The marks of think formats as they stand in a text: found, and told from those that are only talked about. */
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

/** No mark is longer, in characters: headers of Harmony name tools. */
export const LONGEST_MARK = 240;

/** Marks of InftyThink's rounds, which stand beside any format. */
const ROUNDS = ["summary", "history"] as const;
const HARMONY = "<|channel|>analysis<|message|>";
const HEADER = String.raw`(?:<\|start\|>[^<\n]{1,100})?(?:<\|channel\|>[^<\n]{1,80})?(?:<\|constrain\|>[^<\n]{1,20})?<\|message\|>`;
const HARMONY_END = String.raw`<\|(?:end|return|call)\|>`;
/** The beginning of a header that is not over. */
const HALF_HEADER = /^<\|(?:start|channel)\|>(?:[^<\n]|<\|(?:channel|constrain)\|>)*(?:<(?:\|[a-z]*\|?)?)?$/;
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
    for (const mark of [closer, ...(also.closers ?? [])])
      put(mark, { role: "close", family, strong: true, ...(place ? { place: "line" } : {}) });
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
    if (row.place && !standsApart(text, from, row.place)) return undefined;
    if (row.place === "first-line" || (row.place && row.family === "Thinking...")) {
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

/** What follows on the same line, and whether the line is over. */
function restOfLine(text: string, from: number, longest = LONGEST_MARK): { text: string; over: boolean } {
  const ahead = text.slice(from, from + longest);
  const end = ahead.indexOf("\n");
  return { text: end < 0 ? ahead : ahead.slice(0, end), over: end >= 0 };
}

const QUOTES: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "“": "”",
  "„": "“”",
  "‘": "’",
  "«": "»",
  "「": "」",
  "(": ")",
  "*": "*",
  "\\": "\\",
};
/** Characters of a line in which the two ends of a piece of code are looked for. */
const LONGEST_CODE = 80;

/** Whether a mark stands between quotation marks or in a piece of code within its line. */
function isQuoted(text: string, from: number, to: number, final: boolean): boolean | "later" {
  const before = text[from - 1] ?? "\n";
  const after = text[to];
  const closing = before === "`" ? "`" : QUOTES[before];
  // A quotation mark that ends a word closes what was quoted before the mark.
  const opens = closing !== undefined && (before === "`" || /[\s([{\\"'*]/.test(text[from - 2] ?? "\n"));
  if (opens && after === undefined) return final || "later";
  if (opens && closing.includes(after!)) return true;
  return inCode(text, from, to, final);
}

function inCode(text: string, from: number, to: number, final: boolean): boolean | "later" {
  const before = text.slice(Math.max(0, from - LONGEST_CODE), from);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const ticks = (piece: string) => piece.match(/`/g)?.length ?? 0;
  // Odd: one of them opened.
  if (ticks(line) % 2 === 0) return false;
  const rest = restOfLine(text, to, LONGEST_CODE);
  if (!rest.over && !final && rest.text.length < LONGEST_CODE) return "later";
  return ticks(rest.text) % 2 === 1;
}

/** Words after which a mark is named and not written. */
const NAMING =
  /(?:^|[^\p{L}])(?:the|a|an|this|that|between|tags?|tokens?|markers?|closing|opening|with|within|in|inside|of|after|before|and|or|use|using|called)[ \t]+$/iu;
/** What follows a mark that is talked about. */
const NAMED = /^(?:[ \t]+(?:tags?|blocks?|tokens?|markers?|elements?)\b|[.,;:?!)]+(?:[ \t]|$))/;
const MAY_BE_NAMED = /^(?:[ \t]+[a-z]{0,8}|[.,;:?!)]*)$/;

/** Whether a sentence speaks of a mark, as of the tags in “between <think> and </think>”. */
function isProse(text: string, from: number, to: number, final: boolean): boolean | "later" {
  const before = text.slice(Math.max(0, from - 40), from);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  if (!/[\p{L}\p{N},:;][ \t]+$/u.test(line)) return false;
  if (NAMING.test(line)) return true;
  const rest = restOfLine(text, to);
  if (!final && !rest.over && MAY_BE_NAMED.test(rest.text)) return "later";
  return NAMED.test(rest.text);
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
