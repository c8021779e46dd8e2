import assert from "node:assert/strict";
import { emptyTrace, fold } from "../../../../src/core/trace/fold";
import type { TraceEvent } from "../../../../src/core/trace/trace";
import { formula } from "../../../../webview/rendered/formula";
import { renderedText, type RenderedText } from "../../../../webview/rendered/renderedText";
import { withDocument } from "../dom";
import { cpuMs } from "../../core/cpuTime";

/** A text as a trace: a token for each word, with the space before it, and each sign. */
function render(text: string, logprob?: (token: string) => number): (RenderedText & { page: HTMLElement }) | undefined {
  const texts = text.match(/ ?[\p{L}\p{N}]+|[^\p{L}\p{N}]/gu) ?? [];
  const events = [
    { t: "tokens", kind: "text", at: 0, text: texts, ...(logprob ? { logprob: texts.map(logprob) } : {}) },
  ] as TraceEvent[];
  const made = renderedText(fold(events, emptyTrace()), 0, texts.length);
  if (!made) return undefined;
  const page = document.createElement("div");
  page.append(...made.nodes);
  return { ...made, page };
}

describe("rendered text", () => {
  withDocument();

  it("draws Markdown and mathematics of the tokens themselves", () => {
    const { page } = render("**So** the half is $\\frac{1}{2}$:\n- first\n- second")!;
    assert.equal(page.querySelector("strong .token")!.textContent, "So");
    assert.equal(page.querySelectorAll("li").length, 2);
    assert.equal(page.querySelectorAll("mfrac mn").length, 2);
  });

  it("gives each token that is to be seen its position, in order", () => {
    const { page, elements } = render("**So** the *half* of `it all`, and\n1. a\n2. b")!;
    const at = [...page.querySelectorAll<HTMLElement>(".token")].map((token) => Number(token.dataset["at"]));
    assert.deepEqual(
      at,
      at.toSorted((a, b) => a - b),
    );
    for (const [position, [token]] of elements) assert.equal(token!.dataset["at"], String(position));
  });

  it("shades tokens as ever, and a formula like the least sure of its own", () => {
    const { page } = render("**So** $x+1$", (token) =>
      token === "So" ? Math.log(0.8) : token === "1" ? Math.log(0.3) : 0,
    )!;
    assert.match(page.querySelector("strong .token")!.className, /unsure-1/);
    assert.match(page.querySelector(".formula-box")!.className, /unsure-3/);
  });

  it("says the source of a formula to a screen reader, and nothing else of it", () => {
    const { page } = render("so $x_1^2$")!;
    const math = page.querySelector('[role="math"]')!;
    assert.equal(math.getAttribute("aria-label"), "x_1^2");
    assert.equal(math.firstElementChild!.getAttribute("aria-hidden"), "true");
  });

  it("leaves as written what would look no otherwise, is too long, or is no text", () => {
    assert.equal(render("So 2*3*4 = 24."), undefined);
    assert.equal(render(`**a** ${"word ".repeat(2000)}`), undefined);
    const latent = [{ t: "tokens", at: 0, ids: [0], text: ["**a**"], kind: "latent" }] as unknown as TraceEvent[];
    assert.equal(renderedText(fold(latent, emptyTrace()), 0, 1), undefined);
  });

  it("keeps every sign of what it does not know as a formula", () => {
    const { page } = render("**So** $\\foo{1}$ and \\(\\def\\a{\\a}\\a\\)")!;
    assert.equal(page.textContent, "So $\\foo{1}$ and \\(\\def\\a{\\a}\\a\\)");
  });
});

const REFUSED: Record<string, string> = {
  "a definition that calls itself": "\\def\\a{\\a\\a}\\a",
  "a definition that multiplies what it is given": `\\newcommand{\\a}[1]{${"#1".repeat(400)}}\\a{\\a{${"x".repeat(400)}}}`,
  "macros without end": "\\char`a".repeat(280),
  "a formula of a megabyte": "x+".repeat(500_000),
  "an address": "\\href{javascript:alert(1)}{x}",
  "a picture": "\\includegraphics{http://host/x.png}",
  "a class of the page": "\\class{panel}{x}",
  "a style": "\\style{position:fixed}{x}",
  "what is no TeX": "\\frac{1}{",
};

describe("a formula", () => {
  withDocument();

  for (const [name, tex] of Object.entries(REFUSED))
    it(`is refused soon: ${name}`, () => {
      const took = cpuMs(() => assert.equal(formula(tex, true), undefined));
      assert.ok(took < 2_000, `${took} ms`);
    });

  it("has no colours, no places on the page, no huge spaces, and none but elements of mathematics", () => {
    const hostile = [
      "\\color{white}x",
      "\\colorbox{red}{x}",
      "\\rule{9999em}{9999em}",
      "\\hspace{-9999em}x",
      "\\tag{1}x",
      "\\text{<img src=x onerror=alert(1)>}",
      "\\begin{matrix}a&b\\\\c&d\\end{matrix}",
      "\\cancel{x}",
      "\\fcolorbox{red}{blue}{x}",
    ];
    for (const tex of hostile)
      for (const node of formula(tex, true)?.whole.querySelectorAll("*") ?? []) {
        assert.match(node.localName, /^(?:span|math|m[a-z]+|none)$/, tex);
        for (const { name, value } of node.attributes) {
          assert.doesNotMatch(name, /^(?:on|href|src|id|style|mathcolor|mathbackground)/, tex);
          assert.doesNotMatch(value, /9999|url|red|white/, tex);
        }
      }
  });

  it("is made soon, or refused, however deep it is", function () {
    this.timeout(60_000);
    for (const name of [
      "frac",
      "sqrt",
      "overline",
      "left(",
      "boxed",
      "text",
      "underbrace",
      "cancel",
      "operatorname",
      "bmod",
      "pmod",
    ])
      for (const depth of [20, 150, 400]) {
        const took = cpuMs(() => void formula(`\\${name}{`.repeat(depth) + "x" + "}".repeat(depth), true));
        assert.ok(took < 3_000, `${name} ${depth}: ${took} ms`);
      }
  });
});
