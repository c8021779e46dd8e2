/** One block in a column: its tokens, drawn when first needed and appended to while the model writes, and its marks. */
import { checkPasses } from "../../src/core/exits/rules";
import type { Trace } from "../../src/core/trace/fold";
import { markWords } from "../../src/core/trace/markWords";
import type { EventOf } from "../../src/core/trace/trace";
import { isStep } from "../../src/core/trace/kinds";
import type { Block } from "../shown/blocks";
import { button, element } from "../dom/element";
import { checkChip } from "../parts/checkChip";
import { exitMark } from "../parts/exitMark";
import { stepMark } from "../parts/stepMark";
import { tokens } from "../parts/tokens";
import { renderedText, type RenderedText } from "../rendered/renderedText";
import { formatCount } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import type { BlockLinks } from "./stepLinks";
import { toolCall, withheldNote } from "./toolCall";
import { importanceText, isMeasured } from "../../src/core/whatIf/importanceText";
import { l10n } from "../../src/core/text/l10n";

const KIND_WORDS: Record<Block["kind"], string> = {
  step: l10n.t("step"),
  draft: l10n.t("draft"),
  sketch: l10n.t("sketch"),
  summary: l10n.t("summary"),
  gist: l10n.t("gist"),
  latent: l10n.t("latent"),
  answer: l10n.t("answer"),
  "after-exit": l10n.t("after the exit"),
  text: l10n.t("text"),
  pause: l10n.t("pause"),
  soft: l10n.t("soft"),
};

/** A rough height in pixels in a column about 60 characters wide, so that scrolling works before drawing. */
export function estimatedHeight(block: Block): number {
  return 12 + Math.ceil(((block.to - block.from) * 4.2) / 58) * 20 + block.checks.length * 26;
}

export class BlockView {
  readonly element: HTMLElement;
  private readonly text = element("div", { class: "block-text" });
  private readonly marks = element("div", { class: "block-marks" });
  private readonly links = element("div", { class: "block-links" });
  /** In place of text that stands in the column of the run that this one began in. */
  private readonly shared = element(
    "div",
    { class: "as-before", hidden: true },
    l10n.t("as in the run that it began in"),
  );
  private readonly size = element("span", { class: "unseen" });
  private readonly turn: HTMLButtonElement;
  private drawn = { from: -1, to: -1 };
  /** What the whole block looks like rendered; undefined where it is to be found out, or nothing is drawn otherwise. */
  private rendering: { from: number; to: number; text: RenderedText | undefined } | undefined;
  /** The rendering, while it is what stands in the page. */
  private shown: RenderedText | undefined;
  private marksDrawn = "";
  private linksDrawn = "";
  private readonly openTrials = new Set<number>();

  constructor(
    private block: Block,
    private readonly trace: Trace,
    onTurn: () => void,
  ) {
    this.turn = button(l10n.t("as written"), { class: "turn", tabindex: "-1", hidden: true }, onTurn);
    // A screen reader says "step 3, 24 tokens" where the gutter shows a number.
    const number = block.part > 0 ? "" : (block.step?.toString() ?? "");
    const unseen = (text: string): HTMLElement => element("span", { class: "unseen" }, text);
    this.element = element(
      "div",
      { class: `block ${block.kind}` },
      element(
        "div",
        { class: "gutter" },
        unseen(`${KIND_WORDS[block.kind]} `),
        element("span", { class: "step-number" }, number),
        this.size,
      ),
      element("div", { class: "block-body" }, this.turn, this.head(), this.shared, this.text, this.links, this.marks),
    );
  }

  /**
   * Draws what is missing. Tokens already there stay untouched unless the block lost some.
   * @param asWritten not to render its Markdown and mathematics; what is still being written is not rendered either
   */
  draw(block: Block, asWritten: boolean): void {
    this.block = block;
    const { from, to } = block;
    const rendered = block.open ? undefined : this.render();
    this.showText(asWritten ? undefined : rendered);
    this.turn.hidden = rendered === undefined || block.shared;
    this.turn.setAttribute("aria-pressed", String(asWritten));
    const size = l10n.t("{0} tokens", formatCount(to - from));
    this.size.textContent = `, ${size}: `;
    this.size.parentElement!.title = size;
    this.element.className = `block ${block.kind}${block.open ? " open" : ""}${block.shared ? " shared" : ""}`;
    this.text.hidden = block.shared;
    this.shared.hidden = !block.shared;
    this.drawMarks();
  }

  /** Says what the block is linked to in other columns. */
  showLinks(links: BlockLinks): void {
    const signature = JSON.stringify(links);
    if (signature === this.linksDrawn) return;
    this.linksDrawn = signature;
    const { from, beside, lost } = links;
    this.links.replaceChildren(
      ...(from ? [element("span", { class: beside ? "unseen" : "link-from" }, `↔ ${from}`)] : []),
      ...(lost.length > 0 ? [missing(lost)] : []),
    );
  }

  /** What shows the token at a position of the axis: in rendered text a formula, several pieces, or nothing. */
  token(at: number): readonly Element[] {
    if (this.shown) return this.shown.elements.get(at) ?? [];
    const drawn = at < this.drawn.from ? undefined : this.text.children[at - this.drawn.from];
    return drawn ? [drawn] : [];
  }

  private render(): RenderedText | undefined {
    const { from, to, kind } = this.block;
    if (kind === "after-exit") return undefined;
    if (this.rendering?.from !== from || this.rendering.to !== to)
      this.rendering = { from, to, text: renderedText(this.trace, from, to) };
    return this.rendering.text;
  }

  private showText(rendered: RenderedText | undefined): void {
    if (rendered && rendered === this.shown) return;
    const { from, to } = this.block;
    if (rendered || this.shown || this.drawn.from !== from || this.drawn.to > to) {
      this.text.replaceChildren();
      this.drawn = { from, to: from };
    }
    this.shown = rendered;
    this.text.classList.toggle("rendered", rendered !== undefined);
    if (rendered) this.text.append(...rendered.nodes);
    else if (this.drawn.to < to) {
      this.text.appendChild(tokens(this.trace, this.drawn.to, to));
      this.drawn.to = to;
      markEnds(this.text);
    }
  }

  /** Opens all trials of the block, or closes them when all are open. */
  toggleTrials(): void {
    const all = this.block.checks.flatMap((check, index) => (check.trial ? [index] : []));
    const close = all.every((index) => this.openTrials.has(index));
    for (const index of all) this.setTrial(index, !close);
  }

  private head(): Node | false {
    const { block } = this;
    if (block.round)
      return element(
        "div",
        { class: "block-kind" },
        l10n.t("round {0}", block.round.n),
        block.round.carried !== "" &&
          element("bdi", { class: "carried" }, l10n.t(" carries “{0}”", oneLine(block.round.carried, 90))),
      );
    if (block.part > 0 || isStep(block.kind) || block.kind === "text") return false;
    return element("div", { class: "block-kind" }, KIND_WORDS[block.kind], compressed(block));
  }

  private drawMarks(): void {
    const { checks, exit, evicted, calls, withheld, marks, importance } = this.block;
    const words = marks.map(markWords);
    if (importance) words.push(importanceWords(importance));
    const signature = [checks.length, exit?.at ?? "", evicted.length, calls.length, withheld.length, ...words].join(
      " ",
    );
    if (signature === this.marksDrawn) return;
    this.marksDrawn = signature;
    this.marks.textContent = "";
    marks.forEach(({ kind }, index) => this.marks.append(stepMark(kind, words[index]!)));
    if (importance) this.marks.append(stepMark("importance", importanceWords(importance)));
    for (const eviction of evicted) {
      const rows = formatCount(eviction.to - eviction.from);
      const kept = eviction.kept > 0 ? l10n.t(", {0} kept for them", formatCount(eviction.kept)) : "";
      this.marks.append(element("div", { class: "eviction" }, l10n.t("{0} cache rows dropped{1}", rows, kept)));
    }
    const leading = exit && checks.findLastIndex((check) => checkPasses(check) === true);
    checks.forEach((check, index) => {
      const chip = checkChip(check, this.trace.header?.gold !== undefined);
      const trial = element("div", { class: "trial-text", hidden: true });
      if (check.trial) chip.addEventListener("click", () => this.setTrial(index, trial.hasAttribute("hidden")));
      this.marks.append(exit && index === leading ? exitMark(exit, chip) : chip, trial);
    });
    if (exit && leading === -1) this.marks.append(exitMark(exit));
    this.marks.append(...withheld.map(withheldNote), ...calls.map(toolCall));
    for (const index of this.openTrials) this.setTrial(index, true);
  }

  private setTrial(index: number, open: boolean): void {
    const chip = this.marks.querySelectorAll(".check-chip")[index];
    const trial = this.marks.querySelectorAll<HTMLElement>(".trial-text")[index];
    const range = this.block.checks[index]?.trial;
    if (!chip || !trial || !range) return;
    if (open && trial.childNodes.length === 0) {
      trial.append(tokens(this.trace, range[0], range[1]));
      markEnds(trial);
    }
    trial.toggleAttribute("hidden", !open);
    chip.setAttribute("aria-expanded", String(open));
    if (open) this.openTrials.add(index);
    else this.openTrials.delete(index);
  }
}

/** `importance 1.20 nats (0.80–1.50)` */
function importanceWords(found: EventOf<"importance">): string {
  const { value, interval } = importanceText(found);
  return isMeasured(found)
    ? l10n.t("importance {0} nats ({1})", value, interval)
    : l10n.t("importance not known: every sample said the same");
}

/**
 * `left out in Chain of Draft (63, 44), Sketch of Thought`: numbers and operations that are never said there stand in sight,
 * words in a tooltip. `Budget had ended before this step`: it left nothing out.
 */
function missing(lost: BlockLinks["lost"]): HTMLElement {
  const words = lost.flatMap((each) => (each.words === "" ? [] : l10n.t("{0} never says {1}", each.where, each.words)));
  const of = (wanted: BlockLinks["lost"][number]["why"]): string =>
    lost
      .filter(({ why }) => why === wanted)
      .map(({ where, figures }) => (wanted || figures === "" ? where : `${where} (${figures})`))
      .join(", ");
  const [leftOut, ended, parted] = [of(undefined), of("ended"), of("parted")];
  const said = [
    leftOut !== "" && l10n.t("left out in ") + leftOut,
    ended !== "" && l10n.t("{0} had ended before this step", ended),
    parted !== "" && l10n.t("another way from here in {0}", parted),
  ];
  return element(
    "span",
    { class: "link-lost", title: words.length > 0 ? words.join("; ") : undefined },
    said.filter(Boolean).join(" · "),
  );
}

/** ` of step 3`, ` of steps 1 to 2`: what a gist or a summary stands for. */
function compressed({ standsFor }: Block): string {
  if (!standsFor) return "";
  const [first, last] = standsFor;
  return first === last ? l10n.t(" of step {0}", last) : l10n.t(" of steps {0} to {1}", first, last);
}

/** Line breaks at both ends of a text would only add empty lines: they are shown as spaces. */
function markEnds(text: Element): void {
  for (const token of text.querySelectorAll(".end")) token.classList.remove("end");
  const all = text.children;
  let index = all.length - 1;
  while (index > 0 && all[index]!.textContent!.trim() === "") all[index--]!.classList.add("end");
  all[index]?.classList.add("end");
  for (const token of all) {
    token.classList.add("end");
    if (token.textContent!.trim() !== "") break;
  }
}
