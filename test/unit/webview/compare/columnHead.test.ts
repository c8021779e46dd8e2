/** The figures at the top of a column: what is known, and what is not. */
import assert from "node:assert/strict";
import { measure, type Figures } from "../../../../src/core/measure/metrics";
import { fold } from "../../../../src/core/trace/fold";
import type { TraceEvent, Work } from "../../../../src/core/trace/trace";
import { ColumnHead } from "../../../../webview/compare/columnHead";
import * as samples from "../../samples/sampleTraces";
import { withDocument } from "../dom";

describe("the head of a column", () => {
  withDocument();

  /** A sample with its last line changed. */
  function traceOf(events: TraceEvent[], work: Work | undefined, ms: number) {
    return fold(
      events.map((event) => (event.t === "end" ? { ...event, ...(work ? { work } : {}), ms: { total: ms } } : event)),
    );
  }

  const asked: string[] = [];
  function shown(events: TraceEvent[], work: Work | undefined, baseline?: Figures): HTMLElement {
    const nothing = () => undefined;
    const head = new ColumnHead({
      ...{ cancel: nothing, turnPause: nothing, stopThinking: nothing, turnFigures: nothing, jump: nothing },
      setOptions: () => void asked.push("options"),
    });
    const trace = traceOf(events, work, 900);
    head.update({
      ...{
        trace,
        title: "t",
        live: false,
        paused: false,
        asked: undefined,
        figures: measure(trace),
        price: undefined,
        baseline,
      },
      ...{ first: baseline === undefined, written: false, isOpen: true },
    });
    return head.figures;
  }

  /** Names of figures with what stands behind them. */
  const figuresOf = (element: HTMLElement): Record<string, string[]> =>
    Object.fromEntries(
      [...element.querySelectorAll(".figure")].map((figure) => [
        figure.querySelector("dt")!.textContent,
        [...figure.querySelectorAll("dd")].map((value) => value.textContent),
      ]),
    );
  const savings = (element: HTMLElement): string => element.querySelector(".savings")!.textContent;

  it("shows what was generated and processed, and what a cache gave back apart", () => {
    const work = { processed: 1200, reused: 64, warm: 64, generated: 180 };
    const { generated, processed } = figuresOf(shown(samples.chainOfThought(), work));
    assert.deepEqual([generated, processed], [["180"], ["1,200 + 64 reused"]]);
  });

  it("shows what is not known as such, and never as 0", () => {
    const { generated, processed } = figuresOf(shown(samples.chainOfThought(), undefined));
    assert.deepEqual([generated, processed], [["–"], ["–"]]);
  });

  it("counts what is marked, by the name that it is marked with", () => {
    const loop = { t: "mark", kind: "loop", what: "tokens", from: 0, to: 24, period: 8 } as const;
    const watch = { t: "mark", kind: "watch", what: "off-topic", from: 2, to: 5 } as const;
    const [header, ...rest] = samples.chainOfThought();
    const head = shown(
      [header!, ...rest.slice(0, -1), loop, watch, { ...watch, by: "weather" }, rest.at(-1)!],
      undefined,
    );
    assert.deepEqual(
      [...head.querySelectorAll(".kind.marks")].map(({ textContent }) => textContent),
      ["1 loop", "2 off-topic"],
    );
  });

  const before: Work = { processed: 400, reused: 0, warm: 0, generated: 300 };
  const cases: [what: string, mine: Work | undefined, theirs: Work | undefined, said: string][] = [
    [
      "in both, and in seconds",
      { processed: 350, reused: 0, warm: 0, generated: 100 },
      before,
      "200 generated less, 50 processed less, 1.10 s less than the baseline",
    ],
    [
      "without what the first run left in the cache for the second",
      { processed: 336, reused: 64, warm: 64, generated: 300 },
      before,
      "1.10 s less than the baseline",
    ],
    [
      "where fewer are written and more are read",
      { processed: 500, reused: 20, warm: 0, generated: 100 },
      before,
      "200 generated less, 100 processed more, 1.10 s less than the baseline",
    ],
  ];
  for (const [what, mine, theirs, said] of cases) {
    it(`says what was saved ${what}`, () => {
      const baseline = measure(traceOf(samples.chainOfThought(), theirs, 2000));
      assert.equal(savings(shown(samples.chainOfThought(), mine, baseline)), said);
    });
  }

  it("compares tokens on the axis where one of the two did not count its work", () => {
    const baseline = measure(traceOf(samples.chainOfThought(), undefined, 2000));
    const text = savings(shown(samples.deer(), before, baseline));
    assert.match(text, /^\d+ tokens (less|more), 1\.10 s less than the baseline$/);
  });

  it("has a button for the options of a strategy of ours, and none for what another tool wrote", () => {
    const buttonOf = (events: TraceEvent[]): HTMLButtonElement =>
      [...shown(events, undefined).querySelectorAll("button")].find(({ textContent }) => textContent === "Options…")!;
    const own = buttonOf(samples.deer());
    assert.equal(own.hidden, false);
    own.click();
    assert.deepEqual(asked, ["options"]);
    const changed = (change: object): TraceEvent[] =>
      samples.deer().map((event) => (event.t === "run" ? { ...event, ...change } : event));
    assert.equal(buttonOf(changed({ strategy: "unheard-of" })).hidden, true);
    assert.equal(buttonOf(changed({ source: { format: "openai", file: "a.json" } })).hidden, true);
  });

  it("names positions of later prompts and of other models among the kinds", () => {
    const events = samples.softCot();
    const end = events.length - 1;
    const kinds = shown(
      [
        ...events.slice(0, end),
        { t: "auxiliary", at: 0, by: "assistant", tokens: 21, attended: 231 },
        { t: "prefill", at: 3, tokens: 30, reused: 10, ms: 1, later: true },
        events[end]!,
      ],
      before,
    ).querySelector(".kinds")!.textContent;
    assert.match(kinds, /20 reread/);
    assert.match(kinds, /21 auxiliary/);
  });
});
