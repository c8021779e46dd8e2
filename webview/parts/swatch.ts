/** A square in a strategy's colour, beside its name: the same colour as in every picture. */
import { editorTheme, strategyColour } from "../charts/theme";
import { element } from "../dom/element";

export function swatch(strategy: string | undefined): HTMLElement {
  const square = element("span", { class: "swatch", "aria-hidden": "true" });
  square.style.setProperty("background-color", strategyColour(editorTheme, strategy));
  return square;
}
