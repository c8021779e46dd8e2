/** Tips: small boxes beside what they explain. */
import { element } from "./element";

/** Pixels between a tip, what it explains, and the edges it keeps away from. */
const GAP = 4;

/** A tip that is not shown yet. @param name its class beside that of all tips */
export const makeTip = (name: string, role: "tooltip" | "presentation"): HTMLElement =>
  element("div", { class: `tip ${name}`, role, hidden: true });

/** Shows a tip below `box`, or above it where there is no room; never over an edge of `within`. */
export function showTip(
  tip: HTMLElement,
  box: Pick<DOMRect, "left" | "top" | "bottom">,
  within: Pick<DOMRect, "left" | "right" | "bottom">,
): void {
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.max(within.left + GAP, Math.min(box.left, within.right - width - GAP));
  const isBelow = box.bottom + GAP + height < within.bottom;
  tip.style.setProperty("left", `${left}px`);
  tip.style.setProperty("top", `${isBelow ? box.bottom + GAP : box.top - height - GAP}px`);
}
