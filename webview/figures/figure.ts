/** What a figure is: a picture that can be drawn at any width, the words around it, and its content as a table. */
import type { Drawn } from "../charts/picture";
import type { Theme } from "../charts/theme";
import { l10n } from "../../src/core/text/l10n";

export interface Table {
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

export interface FigureSpec {
  /** Unique in its view. */
  key: string;
  /** Grows with what is shown; an equal version is not drawn again. */
  version: string;
  title: string;
  /** How to read the picture; empty where a figure above said it already. */
  caption: string;
  draw(theme: Theme, width: number): Drawn;
  table(): Table;
  /** The pointer was pressed (`begins`) or dragged at a place of the picture, in the pixels of its `width`. */
  onDrag?(x: number, y: number, drag: { begins: boolean; width: number }): void;
}

/** `yes`, `no`, or nothing where it is not known. */
export function yesNo(value: boolean | undefined): string {
  return value === undefined ? "" : value ? l10n.t("yes") : l10n.t("no");
}
