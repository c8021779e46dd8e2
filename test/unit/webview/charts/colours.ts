/** Colours as numbers: what is seen, how bright it is, and how far it is from others. */
import assert from "node:assert/strict";
import { lab, rgb } from "d3";
import type { ThemeKind } from "../../../../webview/charts/palette";

/** Of a colour to the grounds that it stands on (WCAG 2.2). */
export const LEAST_CONTRAST: Readonly<Record<ThemeKind, number>> = {
  light: 4.5,
  dark: 4.5,
  "high-contrast": 7,
  "high-contrast-light": 7,
};

export type Colour = readonly [red: number, green: number, blue: number];

export const channels = (value: string): { colour: Colour; opacity: number } => {
  const { r, g, b, opacity } = rgb(value);
  assert.ok([r, g, b].every(Number.isFinite), value);
  return { colour: [r, g, b], opacity };
};

/** What is seen where a colour that may be transparent lies on a ground. */
export function over(value: string, ground: Colour): Colour {
  const { colour, opacity } = channels(value);
  return [0, 1, 2].map((each) => colour[each]! * opacity + ground[each]! * (1 - opacity)) as unknown as Colour;
}

/** Relative luminance (WCAG 2.2). */
function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

export function contrast(a: Colour, b: Colour): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high! + 0.05) / (low! + 0.05);
}

/** Distance of two colours as eyes tell them apart (CIE 1976); about 2.3 can just be seen. */
export function distance(a: Colour, b: Colour): number {
  const [x, y] = [lab(rgb(...a)), lab(rgb(...b))];
  return Math.hypot(x.l - y.l, x.a - y.a, x.b - y.b);
}
