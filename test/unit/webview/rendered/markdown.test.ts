import assert from "node:assert/strict";
import fc from "fast-check";
import { LONGEST_MARKDOWN, markdownTokens } from "../../../../webview/rendered/markdown";
import { cpuMs } from "../../core/cpuTime";

/** Kinds of all tokens that are not plain text, in order. */
function kinds(text: string): string[] | undefined {
  const flat = markdownTokens(text)?.flatMap(({ type, children }) => [
    type,
    ...(children ?? []).map((each) => each.type),
  ]);
  return flat?.filter((type) => type.endsWith("_open") || !/^(?:text|inline|softbreak)|_close$/.test(type));
}

const p = (...inside: string[]): string[] => ["paragraph_open", ...inside];

const CASES: Record<string, [text: string, kinds: string[] | undefined]> = {
  "plain text": ["First, 3 + 4 = 7.\nThen.", undefined],
  "bold and code": ["**So** `x = 1`", p("strong_open", "code_inline")],
  "stress in a script without spaces": ["这是**重点**内容", p("strong_open")],
  "a list": ["- a\n- b", ["bullet_list_open", "list_item_open", ...p(), "list_item_open", ...p()]],
  "a fence": ["```python\nx = 2*3*4\n```", ["fence"]],
  "a table": ["|a|\n|-|\n|1|", ["table_open", "thead_open", "tr_open", "th_open", "tbody_open", "tr_open", "td_open"]],
  "a formula in a line": ["so $a_1*b*c_2$", p("formula")],
  "a formula in a list": ["1. \\(x_1\\)", ["ordered_list_open", "list_item_open", ...p("formula")]],
  "a formula over lines that look like a list": ["\\[\na\n- b\n\n+ c\n\\]", ["display_formula"]],
  "a formula and a full stop": ["\\[x\\].", ["display_formula"]],
  "a formula that text goes on after": ["\\[x\\] and so", p("formula")],
  // What looks like markup and is none.
  products: ["2*3*4 = 24, (a+b)*c*(d) and 2**3**2", undefined],
  names: ["x_1 + my_var_2", undefined],
  sums: ["12\n+ 30\n= 42", undefined],
  "the answer of GSM8K": ["so\n#### 42", undefined],
  "a line below a text": ["so\n---", [...p(), "hr"]],
  "indented text": ["    x = 1", undefined],
  html: ["<b onclick=x>hi</b> <!-- a --> &lt;i&gt; &#8238;", undefined],
  "links and pictures": ["[a](javascript:x) ![b](http://x/y.png) <http://x>\n\n[a]: http://x", undefined],
};

describe("Markdown of a step", () => {
  for (const [name, [text, expected]] of Object.entries(CASES)) it(name, () => assert.deepEqual(kinds(text), expected));

  it("leaves a text alone that is too long", () => {
    assert.equal(markdownTokens(`**a** ${"x".repeat(LONGEST_MARKDOWN)}`), undefined);
  });

  it("reads whatever comes, and soon", function () {
    this.timeout(60_000);
    const pieces = "* ** _ ~~ ` ``` [ ]( ![ > - 1. # | |- $ $$ \\( \\[ \\begin{align} \\boxed{ \\ < &# a 1 \n \t".split(
      " ",
    );
    const repeated = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(repeated, (parts) => {
        const one = parts.join("");
        const text = one.repeat(Math.ceil(LONGEST_MARKDOWN / one.length)).slice(0, LONGEST_MARKDOWN);
        return cpuMs(() => void markdownTokens(text)) < 3_000;
      }),
      { numRuns: 60, seed: 5 },
    );
  });
});
