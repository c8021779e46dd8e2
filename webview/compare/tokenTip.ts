/** What is known of the token under the pointer, or of the one chosen by keyboard. */
import type { Position } from "../../src/core/trace/fold";
import { element } from "../dom/element";
import { makeTip, showTip } from "../dom/tip";
import { tokenFacts } from "../parts/tokens";

export class TokenTip {
  readonly element = makeTip("token-tip", "tooltip");
  private shown: Element | undefined;

  /** @param lookUp finds the position that a token's span stands for */
  constructor(
    private readonly scroller: HTMLElement,
    private readonly lookUp: (token: Element) => { position: Position; at: number } | undefined,
  ) {
    scroller.addEventListener("pointerover", (event) => {
      const token = event.target instanceof Element ? event.target.closest(".token") : null;
      if (token) this.show(token);
      else this.hide();
    });
    scroller.addEventListener("pointerleave", () => this.hide());
    scroller.addEventListener("scroll", () => this.hide(), { passive: true });
  }

  show(token: Element): void {
    const found = this.lookUp(token);
    if (!found) return;
    this.shown?.classList.remove("pointed");
    this.shown = token;
    token.classList.add("pointed");
    const [name, ...facts] = tokenFacts(found.position, found.at);
    this.element.textContent = "";
    this.element.append(
      element("bdi", { class: "tip-name" }, name ?? ""),
      ...facts.map((fact) => element("div", {}, fact)),
    );
    const box = token.getClientRects()[0] ?? token.getBoundingClientRect();
    showTip(this.element, box, this.scroller.getBoundingClientRect());
  }

  hide(): void {
    this.shown?.classList.remove("pointed");
    this.shown = undefined;
    this.element.hidden = true;
  }
}
