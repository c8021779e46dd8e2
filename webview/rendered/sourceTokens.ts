/**
 * The tokens of a text, found again in what was made of it: each stays a span with its position, so that shading, tips,
 * search and links work in rendered text as they do in the text as it was written.
 */
import { countBefore } from "../../src/core/measure/binarySearch";
import { probabilityOf, type Trace } from "../../src/core/trace/fold";
import { tokenLabel, tokenSpan } from "../parts/tokens";

/** How far markup may stand between one text and the next, in characters. */
const LONGEST_MARKUP = 400;

export class SourceTokens {
  /** The text as it is shown, unsafe characters replaced by signs. */
  readonly text: string;
  /** Offset of each token's text, and of the end. */
  private readonly starts: number[] = [];
  private readonly shown = new Map<number, HTMLElement[]>();
  private at = 0;

  /** @param from position of the first token; @param to of the one after the last */
  constructor(
    private readonly trace: Trace,
    private readonly from: number,
    to: number,
  ) {
    let text = "";
    for (let at = from; at < to; at += 1) {
      this.starts.push(text.length);
      text += tokenLabel(trace.positions[at]!);
    }
    this.starts.push(text.length);
    this.text = text;
  }

  /** The elements that show each position; a token of mere markup has none. */
  get elements(): ReadonlyMap<number, readonly HTMLElement[]> {
    return this.shown;
  }

  /** A stretch of the text that comes next, as spans of its tokens; as text alone where it is not found. */
  spans(text: string): DocumentFragment {
    const fragment = document.createDocumentFragment();
    const begin = this.find(text);
    if (begin < 0) {
      fragment.append(text);
      return fragment;
    }
    const end = begin + text.length;
    for (let token = this.tokenAt(begin); token < this.starts.length - 1 && this.starts[token]! < end; token += 1) {
      const [first, last] = [Math.max(begin, this.starts[token]!), Math.min(end, this.starts[token + 1]!)];
      if (last > first) fragment.append(this.span(this.from + token, this.text.slice(first, last)));
    }
    return fragment;
  }

  /** Lets a formula stand for all tokens of a stretch that comes next: it is as sure as the least sure of them. */
  stand(formula: HTMLElement, source: string): void {
    const begin = this.find(source);
    if (begin < 0) return;
    const end = begin + source.length;
    let least: number | undefined;
    for (let token = this.tokenAt(begin); token < this.starts.length - 1 && this.starts[token]! < end; token += 1) {
      if (this.starts[token + 1]! <= begin) continue;
      const at = this.from + token;
      this.note(at, formula);
      if (least === undefined || this.sureness(at) < this.sureness(least)) least = at;
    }
    if (least === undefined) return;
    const { className } = tokenSpan(this.trace.positions[least]!, least, "");
    formula.classList.add(...className.split(" ").filter((name) => name !== "tag"));
    formula.dataset["at"] = String(least);
  }

  private sureness(at: number): number {
    return probabilityOf(this.trace.positions[at]!) ?? 1;
  }

  private span(at: number, text: string): HTMLElement {
    const span = tokenSpan(this.trace.positions[at]!, at, text);
    this.note(at, span);
    return span;
  }

  private note(at: number, element: HTMLElement): void {
    const known = this.shown.get(at);
    if (known) known.push(element);
    else this.shown.set(at, [element]);
  }

  /** @returns where `text` begins, the reading place behind it; -1 where it does not come soon */
  private find(text: string): number {
    const found = this.text.slice(this.at, this.at + LONGEST_MARKUP + text.length).indexOf(text);
    if (text === "" || found < 0) return -1;
    const begin = this.at + found;
    this.at = begin + text.length;
    return begin;
  }

  /** Index of the token that holds the character at an offset. */
  private tokenAt(offset: number): number {
    return Math.max(0, countBefore(this.starts.length, (index) => this.starts[index]! <= offset) - 1);
  }
}
