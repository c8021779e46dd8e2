import assert from "node:assert/strict";
import { JSDOM } from "jsdom";
import { resultPicture } from "../../../src/core/measure/resultPicture";
import type { RunSummary } from "../../../src/core/measure/runSummary";

function run(strategy: string, tokens: NonNullable<RunSummary["end"]>["tokens"]): RunSummary {
  const header = {
    t: "run",
    v: 1,
    id: strategy,
    strategy,
    options: {},
    model: { id: "m" },
    prompt: {},
    messages: [],
  } as const;
  return {
    header: { ...header, messages: [], started: "" },
    exit: undefined,
    end: { t: "end", tokens },
  };
}

function parsed(svg: string): Document {
  return new JSDOM(svg, { contentType: "image/svg+xml" }).window.document;
}

describe("picture of results", () => {
  it("draws a bar a strategy, in proportion, with its parts side by side", () => {
    const picture = parsed(
      resultPicture([
        run("chain-of-thought", { thinking: 190, answer: 10, total: 200 }),
        run("deer", { thinking: 40, answer: 5, trial: 5, total: 50 }),
      ]),
    );
    const bars = [...picture.querySelectorAll("rect")];
    const widths = bars.map((bar) => Number(bar.getAttribute("width")));
    assert.deepEqual(widths, [190, 10, 40, 5, 5]);
    assert.equal(Number(bars[1]!.getAttribute("x")) - Number(bars[0]!.getAttribute("x")), 190);
    assert.deepEqual(
      [...picture.querySelectorAll("text")].map((text) => text.textContent),
      ["Chain of Thought", "200", "DEER", "50", "thinking", "answer", "trial"],
    );
  });

  it("stays a well-formed picture whatever a trace calls its strategy", () => {
    const picture = parsed(resultPicture([run('</svg><script>alert("x")</script>\uD800&\u202E', { total: 0 })]));
    assert.equal(picture.documentElement.tagName, "svg");
    assert.equal(picture.querySelector("script"), null);
  });
});
