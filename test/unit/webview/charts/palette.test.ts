/** The colours of our own, against the grounds and texts of all themes that come with the editor. */
import assert from "node:assert/strict";
import { paletteVariables, type ThemeKind } from "../../../../webview/charts/palette";
import { editorTheme, resolveTheme, strategyColour, type Theme } from "../../../../webview/charts/theme";
import { STRATEGIES } from "../../../../src/core/catalogue";
import { RECORDED_THEMES } from "../themes";
import { channels, contrast, distance, LEAST_CONTRAST, over, type Colour } from "./colours";
import { freeHue, type FreeHue } from "./freeHue";

/** Of the colours of two strategies. */
const LEAST_DISTANCE = 8;

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

let known: FreeHue | undefined;
/** A hue that is free, looked for when it is first asked for. */
const free = (): FreeHue => (known ??= freeHue());
const told = ({ colours }: FreeHue): string =>
  Object.entries(colours)
    .map(([kind, value]) => `${kind} ${value}`)
    .join(", ");

const names = Object.keys(RECORDED_THEMES);

describe("colours of pictures and marks", () => {
  it("are asked of all kinds of theme", () => {
    const kinds = new Set(names.map((name) => RECORDED_THEMES[name]!.kind));
    assert.deepEqual([...kinds].sort(), ["dark", "high-contrast", "high-contrast-light", "light"]);
  });

  for (const name of names) {
    describe(name, () => {
      const { theme, ground, own, kind } = resolved(name);
      const least = LEAST_CONTRAST[kind];

      it("are told from the ground, as text is", () => {
        const { right, wrong, exit, threshold, strategies, series, kinds } = theme;
        for (const value of [right, wrong, exit, threshold, ...strategies, ...series, ...Object.values(kinds)]) {
          const { colour, opacity } = channels(value);
          assert.equal(opacity, 1, value);
          assert.ok(contrast(colour, ground) >= least, `${value}: ${contrast(colour, ground).toFixed(2)}`);
        }
        assert.ok(contrast(channels(theme.grid).colour, ground) >= 3);
      });

      it("give each strategy one that no other has", () => {
        const all = STRATEGIES.map(({ id }) => [id, channels(strategyColour(theme, id)).colour] as const);
        for (const [index, [id, colour]] of all.entries())
          for (const [other, alike] of all.slice(index + 1))
            assert.ok(
              distance(colour, alike) > LEAST_DISTANCE,
              `${other} has the colour of ${id}. Add a hue to palette.ts: ${told(free())}`,
            );
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

  it("leave room for one more, so that a new strategy has its own", () => {
    const hue = free();
    assert.ok(hue.distance > LEAST_DISTANCE, told(hue));
  });

  it("are known for unknown strategies too, as a trace from elsewhere may name", () =>
    assert.equal(strategyColour(editorTheme, "no-such-thing"), strategyColour(editorTheme, undefined)));
});
