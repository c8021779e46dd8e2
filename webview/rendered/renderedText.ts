/**
 * A stretch of a trace with its Markdown and its mathematics drawn. Nothing in it loads or leads anywhere: it is built of
 * elements of a list, and what a text says stands in text nodes.
 */
import type { Trace } from "../../src/core/trace/fold";
import type { Token } from "markdown-it";
import { element } from "../dom/element";
import { oneLine } from "../dom/safeText";
import { formula } from "./formula";
import { DISPLAY, FORMULA, LONGEST_MARKDOWN, markdownTokens } from "./markdown";
import { SourceTokens } from "./sourceTokens";
import { l10n } from "../../src/core/text/l10n";

/** Milliseconds for the formulas of one stretch; those left when they are over are shown as written. */
const MOST_MS = 150;

/** Elements by the kind of token that opens them. Headings are none to a screen reader: the page has its own outline. */
const CONTAINERS: Record<
  string,
  [
    tag:
      | "p"
      | "div"
      | "strong"
      | "em"
      | "s"
      | "ul"
      | "ol"
      | "li"
      | "blockquote"
      | "table"
      | "thead"
      | "tbody"
      | "tr"
      | "th"
      | "td",
    name?: string,
  ]
> = {
  paragraph_open: ["p"],
  heading_open: ["div", "heading"],
  strong_open: ["strong"],
  em_open: ["em"],
  s_open: ["s"],
  bullet_list_open: ["ul"],
  ordered_list_open: ["ol"],
  list_item_open: ["li"],
  blockquote_open: ["blockquote"],
  table_open: ["table"],
  thead_open: ["thead"],
  tbody_open: ["tbody"],
  tr_open: ["tr"],
  th_open: ["th"],
  td_open: ["td"],
};

export interface RenderedText {
  nodes: readonly Node[];
  /** The elements that show each position of the axis. */
  elements: ReadonlyMap<number, readonly HTMLElement[]>;
}

class Rendering {
  private readonly deadline = performance.now() + MOST_MS;

  constructor(private readonly source: SourceTokens) {}

  fill(root: Node, tokens: readonly Token[]): void {
    const open: Node[] = [root];
    for (const token of tokens) {
      const inside = open.at(-1)!;
      if (token.nesting < 0) {
        if (!token.hidden && open.length > 1) open.pop();
      } else if (token.nesting > 0) {
        if (token.hidden) continue;
        const node = this.container(token);
        inside.appendChild(node);
        open.push(node);
      } else if (token.type === "inline") this.fill(inside, token.children ?? []);
      else inside.appendChild(this.leaf(token));
    }
  }

  private container(token: Token): HTMLElement {
    const [tag, name] = CONTAINERS[token.type] ?? ["div"];
    const start = token.type === "ordered_list_open" ? (token.attrGet("start") ?? undefined) : undefined;
    return element(tag, { class: name, start });
  }

  private leaf(token: Token): Node {
    switch (token.type) {
      case "softbreak":
      case "hardbreak":
        return element("br");
      case "hr":
        return element("hr");
      case "code_inline":
        return element("code", {}, this.source.spans(token.content));
      case "fence":
        return this.fence(token);
      case FORMULA:
      case DISPLAY:
        return this.formula(token);
      default:
        return this.source.spans(token.content);
    }
  }

  private fence({ content, info }: Token): HTMLElement {
    const code = element("code");
    content
      .replace(/\n$/, "")
      .split("\n")
      .forEach((line, index) => {
        if (index > 0) code.append("\n");
        code.append(this.source.spans(line));
      });
    return element(
      "pre",
      { tabindex: "0", "aria-label": info === "" ? "code" : l10n.t("code, {0}", oneLine(info, 30)) },
      code,
    );
  }

  private formula({ content, meta, info, type }: Token): Node {
    const { tex, display } = meta as { tex: string; display: boolean };
    const made = performance.now() < this.deadline ? formula(tex, display) : undefined;
    const asWritten = (): Node =>
      type === DISPLAY ? element("p", {}, this.source.spans(content)) : this.source.spans(content);
    if (!made) return asWritten();
    this.source.stand(made.box, content);
    if (info !== "") made.whole.append(this.source.spans(info));
    return made.whole;
  }
}

/**
 * @param from position of the first token, @param to of the one after the last
 * @returns nothing where the text would look as it is written, is too long, or holds what is no text
 */
export function renderedText(trace: Trace, from: number, to: number): RenderedText | undefined {
  let length = 0;
  for (let at = from; at < to; at += 1) {
    const { kind, text } = trace.positions[at]!;
    if (kind === "gist" || kind === "latent" || kind === "pause" || kind === "soft") return undefined;
    length += text.length;
    if (length > LONGEST_MARKDOWN) return undefined;
  }
  const source = new SourceTokens(trace, from, to);
  const tokens = markdownTokens(source.text);
  if (!tokens) return undefined;
  const content = document.createDocumentFragment();
  new Rendering(source).fill(content, tokens);
  return { nodes: [...content.childNodes], elements: source.elements };
}
