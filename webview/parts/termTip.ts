/** Names of figures that say what they mean, to the pointer, to the keyboard and to screen readers. */
import { GLOSSARY, isTerm, type Term } from "../../src/core/measure/glossary";
import { element } from "../dom/element";
import { l10n } from "../../src/core/text/l10n";
import { makeTip, showTip } from "../dom/tip";

/** Makes an element that can have the focus tell what `term` means. */
export function explain<Named extends HTMLElement>(node: Named, term: Term): Named {
  node.dataset["term"] = term;
  // Screen readers say it after the name; the tip on screen is for eyes.
  node.setAttribute("aria-description", l10n.t(GLOSSARY[term]));
  return node;
}

/** A name that tells what it means. @param label where it is not the term itself */
export function termName(term: Term, label: string = l10n.t(term)): HTMLElement {
  return explain(element("span", { class: "term", tabindex: "0" }, label), term);
}

/** What stands at the head of a column: a name with its tip where there is one. */
export const headName = (name: string): HTMLElement | string => (isTerm(name) ? termName(name) : l10n.t(name));

/** Shows the tips of everything within `root`: on hover and on focus, until Escape, the pointer or the focus leaves. */
export function showTermTips(root: HTMLElement): void {
  const tip = makeTip("term-tip", "presentation");
  root.append(tip);
  const hide = (): void => void (tip.hidden = true);
  const show = ({ target }: Event): void => {
    const named = target instanceof Element ? target.closest<HTMLElement>("[data-term]") : null;
    const term = named?.dataset["term"];
    if (!named || term === undefined || !isTerm(term)) return hide();
    tip.textContent = l10n.t(GLOSSARY[term]);
    showTip(tip, named.getBoundingClientRect(), { left: 0, right: window.innerWidth, bottom: window.innerHeight });
  };
  root.addEventListener("pointerover", show);
  root.addEventListener("focusin", show);
  root.addEventListener("pointerleave", hide);
  root.addEventListener("focusout", hide);
  // The pointer may rest where nothing has the focus.
  document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
  root.addEventListener("scroll", hide, { capture: true, passive: true });
}
