import assert from "node:assert/strict";
import { LONGEST_FORMULA, texAt } from "../../../../webview/rendered/texParts";

/** The first formula of a text, as `[tex, display]`. */
function first(text: string): [tex: string, display: boolean] | undefined {
  for (let at = 0; at < text.length; at += 1) {
    const found = texAt(text, at);
    if (found) return [found.tex, found.display];
  }
  return undefined;
}

const CASES: [text: string, formula: ReturnType<typeof first>][] = [
  ["so $x^2$ is", ["x^2", false]],
  ["so \\(x^2\\) is", ["x^2", false]],
  ["$$x$$", ["x", true]],
  ["\\[\nx\n= 1\n\\]", ["\nx\n= 1\n", true]],
  ["\\begin{align*}a&=b\\end{align*}", ["\\begin{align*}a&=b\\end{align*}", true]],
  ["the answer is \\boxed{\\frac{1}{2}}.", ["\\boxed{\\frac{1}{2}}", false]],
  ["$\\text{cost: \\$5}$", ["\\text{cost: \\$5}", false]],
  // Money.
  ["it costs $5 and then $10", undefined],
  ["from $5-$10 a day", undefined],
  ["$ 5 and 6 $", undefined],
  ["US$", undefined],
  // What is not closed.
  ["\\(x", undefined],
  ["$$x$", undefined],
  ["$x\n\ny$", undefined],
  ["\\begin{align}x\\end{gather}", undefined],
  ["\\begin{document}x\\end{document}", undefined],
  ["\\boxed{1", undefined],
  ["$$ $$", undefined],
  [`$${"x".repeat(LONGEST_FORMULA + 1)}$`, undefined],
];

describe("where mathematics stands in a text", () => {
  for (const [text, formula] of CASES)
    it(JSON.stringify(text.slice(0, 60)), () => assert.deepEqual(first(text), formula));
});
