/** Going on from a step by its keys and its menu: what they ask for, and how VS Code is told which step a menu is opened on. */
import type { BranchKind } from "../../src/core/measure/branchPlaces";
import type { Place } from "../shown/state";

const KEYS: Readonly<Record<string, BranchKind>> = { a: "answer", c: "continue", s: "sample", o: "token" };

/** What a key asks for at a step, or undefined. */
export const branchOf = (key: string): BranchKind | undefined => (Object.hasOwn(KEYS, key) ? KEYS[key] : undefined);

/** Commands of the menu over `cell` get its place. */
export function tellMenu(cell: HTMLElement, place: Place | undefined): void {
  if (place) cell.dataset["vscodeContext"] = JSON.stringify({ webviewSection: "step", ...place });
  else delete cell.dataset["vscodeContext"];
}
