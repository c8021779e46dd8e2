/** More pairs, of what is read in two ways: each with its neighbours, and the verdict that a careful reader gives. */
import type { Verdict } from "../../../../src/core/text/grading/grade";

export const MORE_PAIRS: Record<string, [answer: string, gold: string, verdict: Verdict][]> = {
  "equations side by side": [
    [String.raw`x=2 \quad y=3`, String.raw`x=1 \quad y=3`, "wrong"],
    [String.raw`x=2 \quad y=3`, "x=2, y=3", "right"],
    [String.raw`x=2 \qquad y=3`, "y=3, x=2", "right"],
    ["x=2\ny=3", "x=1\ny=3", "wrong"],
    ["x=2\n\ny=3", "x=2 and y=3", "right"],
    ["$x=2$ $y=3$", "$x=1$ $y=3$", "wrong"],
    [String.raw`\(x=2\) \(y=3\)`, "$x=2,y=3$", "right"],
    [String.raw`$y=\frac{c x^{3}}{1-c x} \quad y=-x$`, String.raw`$y=\frac{c x^{2}}{1-c x} \quad y=-x$`, "wrong"],
    ["x = 3\nx = -2", "-2", "wrong"],
    ["x = 3\nx = -2", "3, -2", "right"],
    [String.raw`x > 2 \quad x < 5`, "2 < x < 5", "right"],
    [String.raw`area = 5 \quad perimeter = 6`, String.raw`area = 4 \quad perimeter = 6`, "wrong"],
    [String.raw`\boxed{x=2 \quad y=3}`, "x=1, y=3", "wrong"],
    ["\\begin{cases} x=2 \\\\\n y=3 \\end{cases}", "x=2, y=3", "right"],
    // With a space alone it may be a chain.
    ["x=2 y=3", "x=1 y=3", "wrong"],
    ["x=2 y=3", "3", "unknown"],
    ["area = 5 perimeter = 6", "6", "unknown"],
    // What goes on is one.
    ["x = 5 + 5\n= 10", "10", "right"],
    ["y = 2x = 4", "4", "right"],
    [String.raw`C = 2 \pi r = 10\pi`, String.raw`10\pi`, "right"],
    [String.raw`y = 2x \quad \text{for } x > 0`, "y = 2x", "unknown"],
    [String.raw`y = \frac{x}{2} z = 3`, String.raw`y = \frac{x}{5} z = 3`, "unknown"],
  ],
};
