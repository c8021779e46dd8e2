/** The colours of our own, against the grounds and texts of all themes that come with the editor. */
import assert from "node:assert/strict";
import { rgb, lab } from "d3";
import { paletteVariables, type ThemeKind } from "../../../../webview/charts/palette";
import { editorTheme, resolveTheme, strategyColour, type Theme } from "../../../../webview/charts/theme";
import { STRATEGIES } from "../../../../src/core/catalogue";
import { RECORDED_THEMES } from "../themes";

type Colour = readonly [red: number, green: number, blue: number];

const channels = (value: string): { colour: Colour; opacity: number } => {
  const { r, g, b, opacity } = rgb(value);
  assert.ok([r, g, b].every(Number.isFinite), value);
  return { colour: [r, g, b], opacity };
};

/** What is seen where a colour that may be transparent lies on a ground. */
function over(value: string, ground: Colour): Colour {
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

function contrast(a: Colour, b: Colour): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high! + 0.05) / (low! + 0.05);
}

/** Distance of two colours as eyes tell them apart (CIE 1976); about 2.3 can just be seen. */
function distance(a: Colour, b: Colour): number {
  const [x, y] = [lab(rgb(...a)), lab(rgb(...b))];
  return Math.hypot(x.l - y.l, x.a - y.a, x.b - y.b);
}

const isHighContrast = (kind: ThemeKind): boolean => kind.startsWith("high-contrast");

/** The theme of pictures as it stands in a theme of the editor. */
function resolved(name: string): { theme: Theme; ground: Colour; own: Record<string, string>; kind: ThemeKind } {
  const { kind, colours } = RECORDED_THEMES[name]!;
  const own = paletteVariables(kind);
  const theme = resolveTheme(
    editorTheme,
    (variable) => own[variable] ?? colours[variable.replace("--vscode-", "")] ?? "",
  );
  return { theme, ground: channels(theme.background).colour, own, kind };
}

const names = Object.keys(RECORDED_THEMES);

describe("colours of pictures and marks", () => {
  it("are asked of all kinds of theme", () => {
    const kinds = new Set(names.map((name) => RECORDED_THEMES[name]!.kind));
    assert.deepEqual([...kinds].sort(), ["dark", "high-contrast", "high-contrast-light", "light"]);
  });

  for (const name of names) {
    describe(name, () => {
      const { theme, ground, own, kind } = resolved(name);
      const told = isHighContrast(kind) ? 7 : 4.5;

      it("are told from the ground, as text is", () => {
        const { right, wrong, exit, threshold, strategies, series, kinds } = theme;
        for (const value of [right, wrong, exit, threshold, ...strategies, ...series, ...Object.values(kinds)]) {
          const { colour, opacity } = channels(value);
          assert.equal(opacity, 1, value);
          assert.ok(contrast(colour, ground) >= told, `${value}: ${contrast(colour, ground).toFixed(2)}`);
        }
        assert.ok(contrast(channels(theme.grid).colour, ground) >= 3);
      });

      it("give each strategy one that no other has", () => {
        const all = STRATEGIES.map(({ id }) => strategyColour(theme, id));
        for (const [index, value] of all.entries())
          for (const other of all.slice(index + 1))
            assert.ok(distance(channels(value).colour, channels(other).colour) > 8, `${value} ${other}`);
      });

      it("shade unsure tokens so that it is seen, more from level to level, and their text can be read", () => {
        const foreground = over(RECORDED_THEMES[name]!.colours["foreground"]!, ground);
        let before = ground;
        for (const level of [1, 2, 3, 4]) {
          const shade = over(own[`--tl-unsure-${level}`]!, ground);
          assert.ok(
            distance(shade, before) > 9,
            `level ${level}: ${distance(shade, before).toFixed(1)} from the one below`,
          );
          // The lowest level leaves the text as it is.
          const ink = level === 1 ? foreground : channels(own["--tl-ink"]!).colour;
          assert.ok(contrast(ink, shade) >= 4.5, `text at level ${level}: ${contrast(ink, shade).toFixed(2)}`);
          before = shade;
        }
      });
    });
  }

  it("are known for unknown strategies too, as a trace from elsewhere may name", () =>
    assert.equal(strategyColour(editorTheme, "no-such-thing"), strategyColour(editorTheme, undefined)));
});
