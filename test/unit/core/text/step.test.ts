import assert from "node:assert/strict";
import { splitSteps } from "../../../../src/core/text/step";

const CASES: Record<string, [text: string, steps: string[]]> = {
  lines: ["a\n\n  b \nc", ["a", "b", "c"]],
  "a formula over lines": ["so\n\\[\nx\n= 1\n\\]\nthen", ["so", "\\[\nx\n= 1\n\\]", "then"]],
  "a formula that begins in a line": ["so $$x\n= 1$$.\nthen", ["so $$x\n= 1$$.", "then"]],
  "formulas that end in their lines": ["\\[x\\]\n$$y$$\nz", ["\\[x\\]", "$$y$$", "z"]],
  "an environment": ["\\begin{align*}\na\n\n\\end{align*}\nb", ["\\begin{align*}\na\n\n\\end{align*}", "b"]],
  code: ["```py\na = 1\n\nb = 2\n```\nc", ["```py\na = 1\n\nb = 2\n```", "c"]],
  "a table": ["so\n| a |\n|---|\n| 1 |\nb", ["so", "| a |\n|---|\n| 1 |", "b"]],
  "marks that are never closed": ["\\[\n```\n$$\na\nb", ["\\[", "```", "$$", "a", "b"]],
  "a mark that is closed far away": [`$$\n${"x\n".repeat(200)}$$`, ["$$", ...Array<string>(200).fill("x"), "$$"]],
};

describe("steps of a text", () => {
  for (const [name, [text, steps]] of Object.entries(CASES))
    it(name, () =>
      assert.deepEqual(
        splitSteps(text).map(({ from, to }) => text.slice(from, to)),
        steps,
      ),
    );
});
