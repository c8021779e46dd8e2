/**
 * JSON as far as it goes: a file that was cut, one that Python wrote (NaN, Infinity, None), several values after one
 * another. One pass without recursion; what stands before the first fault is kept.
 */

export interface PartialJson {
  value: unknown;
  /** Where reading ended. */
  end: number;
  /** Whether the value is complete; else `value` holds what came before the fault or the end. */
  whole: boolean;
}

/** Deeper values are no records of anything. */
const DEEPEST = 1000;
const NUMBER = /-?(?:NaN|Infinity|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)/y;
const WORD = /true|false|null|None|True|False|NaN/y;
const WORDS: Record<string, unknown> = { true: true, True: true, false: false, False: false };

interface Open {
  container: unknown[] | Record<string, unknown>;
  /** The key that waits for its value. */
  key: string;
}

/** What may stand next. */
type Expected = "value" | "first-element" | "first-key" | "key" | "comma" | "nothing";

/** @returns undefined where no value begins at `from` */
export function readPartialJson(text: string, from = 0): PartialJson | undefined {
  return new Reader(text, from).read();
}

class Reader {
  private readonly stack: Open[] = [];
  private root: { value: unknown } | undefined;
  private expected: Expected = "value";

  constructor(
    private readonly text: string,
    private at: number,
  ) {}

  read(): PartialJson | undefined {
    while (this.expected !== "nothing" && this.step());
    return this.root && { value: this.root.value, end: this.at, whole: this.expected === "nothing" };
  }

  /** @returns false at a fault or at the end of the text */
  private step(): boolean {
    while (this.at < this.text.length && this.text.charCodeAt(this.at) <= 32) this.at += 1;
    const char = this.text[this.at];
    switch (this.expected) {
      case "value":
        return this.readValue(char);
      case "first-element":
        return char === "]" ? this.close() : this.readValue(char);
      case "first-key":
        return char === "}" ? this.close() : this.readKey();
      case "key":
        return this.readKey();
      default:
        return this.readComma(char);
    }
  }

  private readComma(char: string | undefined): boolean {
    const isList = Array.isArray(this.stack.at(-1)!.container);
    if (char === (isList ? "]" : "}")) return this.close();
    if (char !== ",") return false;
    this.at += 1;
    this.expected = isList ? "value" : "key";
    return true;
  }

  private readKey(): boolean {
    const key = this.text[this.at] === '"' ? this.readString() : undefined;
    if (!key?.whole) return false;
    while (this.at < this.text.length && this.text.charCodeAt(this.at) <= 32) this.at += 1;
    if (this.text[this.at] !== ":") return false;
    this.at += 1;
    this.stack.at(-1)!.key = key.value;
    this.expected = "value";
    return true;
  }

  private close(): boolean {
    this.at += 1;
    this.stack.pop();
    this.expected = this.stack.length === 0 ? "nothing" : "comma";
    return true;
  }

  private readValue(char: string | undefined): boolean {
    if (char === "{" || char === "[") {
      if (this.stack.length >= DEEPEST) return false;
      const container = char === "{" ? {} : [];
      this.put(container);
      this.stack.push({ container, key: "" });
      this.at += 1;
      this.expected = char === "{" ? "first-key" : "first-element";
      return true;
    }
    if (char === '"') {
      const string = this.readString();
      if (string) this.put(string.value);
      return string?.whole === true;
    }
    WORD.lastIndex = this.at;
    const word = WORD.exec(this.text)?.[0];
    if (word !== undefined) {
      this.at += word.length;
      this.put(WORDS[word] ?? null);
      return true;
    }
    NUMBER.lastIndex = this.at;
    const number = NUMBER.exec(this.text)?.[0];
    // Digits at the very end of a file that was cut may be the beginning of another number.
    if (number === undefined || (this.at + number.length === this.text.length && this.stack.length > 0)) return false;
    this.at += number.length;
    this.put(Number.isFinite(Number(number)) ? Number(number) : null);
    return true;
  }

  private put(value: unknown): void {
    const open = this.stack.at(-1);
    this.expected = open ? "comma" : "nothing";
    if (!open) this.root = { value };
    else if (Array.isArray(open.container)) open.container.push(value);
    else {
      // A key may be called __proto__.
      const facts = { value, writable: true, enumerable: true, configurable: true };
      Object.defineProperty(open.container, open.key, facts);
    }
  }

  /** The string that begins here; one that never closes gives what there is of it. */
  private readString(): { value: string; whole: boolean } | undefined {
    const start = this.at;
    let end = this.text.indexOf('"', start + 1);
    while (end >= 0 && isEscaped(this.text, end)) end = this.text.indexOf('"', end + 1);
    const whole = end >= 0;
    const inner = whole ? this.text.slice(start + 1, end) : withoutHalfEscape(this.text.slice(start + 1));
    const value = unescaped(inner);
    this.at = whole ? end + 1 : this.text.length;
    return value === undefined ? undefined : { value, whole };
  }
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text[first - 1] === "\\") first -= 1;
  return (at - first) % 2 === 1;
}

/** A text cut within `\n` or `\u00e9`. */
function withoutHalfEscape(inner: string): string {
  const last = inner.lastIndexOf("\\");
  if (last < 0 || last < inner.length - 6) return inner;
  const complete = /^\\(?:[^u]|u[0-9a-fA-F]{4})/.test(inner.slice(last)) || isEscaped(inner, last);
  return complete ? inner : inner.slice(0, last);
}

function unescaped(inner: string): string | undefined {
  if (!inner.includes("\\")) return inner;
  try {
    // Line breaks and other control characters may stand in it as they are.
    return JSON.parse(`"${inner.replace(/\p{Cc}/gu, escapedControl)}"`) as string;
  } catch {
    return undefined;
  }
}

const escapedControl = (control: string) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`;
