import assert from "node:assert/strict";
import fc from "fast-check";
import type { PanelBench, PanelTrace } from "../../../src/core/protocol/panelApi";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { Panel } from "../../../webview/shell/panel";
import { VIEWS } from "../../../webview/shown/state";
import { withDocument } from "./dom";
import { frame } from "./panelState";
import { sampleBench } from "../samples/sampleBench";
import * as samples from "../samples/sampleTraces";

const BAD = `${samples.HOSTILE_TEXT} javascript:alert(1) " onfocus="window.hit=1" &lt;b&gt; \u0007 {{constructor}}`;

/** What the panel builds its page of. Anything else came out of a text. */
const ELEMENTS = new Set(
  (
    "a b bdi body button caption circle dd details div dl dt figcaption figure g h1 h2 head header html input label li " +
    "main ol optgroup option output p path progress rect section select span strong summary svg table tbody td text th " +
    "thead title tr tspan ul " +
    // Of rendered Markdown and mathematics.
    "blockquote br code em hr pre s math menclose mfrac mi mn mo mover mpadded mroot mrow mspace msqrt mstyle msub msubsup " +
    "msup mtable mtd mtext mtr munder munderover"
  ).split(" "),
);
const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- what must not be on screen
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])/;

/** Every text of an event replaced by one that is hostile; what the schema names stays. */
function spoil(event: TraceEvent, bad: string): TraceEvent {
  const names = new Set([
    "t",
    "kind",
    "why",
    "role",
    "level",
    "started",
    "vector",
    "strategy",
    "of",
    "method",
    "others",
  ]);
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === "string") return names.has(key) && !(key === "why" && event.t === "check") ? value : bad;
    if (Array.isArray(value)) return value.map((each) => walk(each, key));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, name === "id" ? each : walk(each, name)]),
    );
  };
  return walk(event, "") as TraceEvent;
}

const ALL = samples.everyKind();

function spoiledBench(bad: string): PanelBench {
  const bench = sampleBench(2);
  return {
    ...bench,
    data: bad,
    model: bad,
    strategies: bench.strategies.map((name) => `${name}${bad}`),
    questions: bench.questions.map(() => bad),
    runs: bench.runs.map((run) => ({ ...run, strategy: `${run.strategy}${bad}`, answer: bad, trace: bad })),
  };
}

/** The same as Markdown and mathematics, in which it must not become a link, a picture or a style either. */
const MARKED = `**${BAD}** $x_{\\text{${BAD}}}$ [a](javascript:hit=1) ![a](http://host/x.png) <http://host> &#8238; \`${BAD}\`
$\\href{javascript:hit=1}{x}$ $\\style{position:fixed}{x}$ $\\class{panel}{x}$ $\\color{white}{x}$

\`\`\`${BAD}
${BAD}
\`\`\`

|${BAD}|
|-|
|$\\frac{1}{2}$|
`;

describe("hostile text in the page", () => {
  withDocument();

  /** Opens every view with all tables and folds open, and looks at the whole page each time. */
  async function look(traces: PanelTrace[], bench: PanelBench | undefined, title: string): Promise<void> {
    const panel = new Panel({ post: () => undefined, readState: () => undefined, writeState: () => undefined });
    document.body.replaceChildren(panel.element);
    panel.receive({ type: "show", title, traces });
    if (bench) panel.receive({ type: "bench", bench });
    panel.receive({ type: "notice", level: "warning", message: title });
    await frame();
    for (const view of VIEWS) {
      const tab = document.querySelector<HTMLElement>(`#tab-${view}`)!;
      if (tab.hidden) continue;
      tab.click();
      await frame();
      for (const details of document.querySelectorAll("details")) {
        details.open = true;
        details.dispatchEvent(new (window as unknown as typeof globalThis).Event("toggle"));
      }
      for (const chip of document.querySelectorAll<HTMLElement>(".check-chip")) chip.click();
      check(view);
    }
  }

  function check(view: string): void {
    assert.equal((window as unknown as { hit?: number }).hit, undefined);
    for (const node of document.querySelectorAll("*")) {
      const name = node.localName;
      assert.ok(ELEMENTS.has(name), `${view}: a ${name} in ${node.parentElement?.outerHTML.slice(0, 200)}`);
      for (const { name: attribute, value } of node.attributes) {
        assert.doesNotMatch(attribute, /^on|^(?:href|src|srcdoc|action|formaction|xlink:href)$/i, `${view}: ${name}`);
        assert.doesNotMatch(value, UNSAFE, `${view}: ${attribute} of ${name}`);
      }
    }
    const text = document.body.textContent;
    const found = UNSAFE.exec(text);
    assert.equal(found && JSON.stringify(text.slice(found.index - 40, found.index + 10)), null, view);
  }

  it("becomes neither a node nor an attribute, and nothing of it stays invisible, wherever a trace holds it", async function () {
    this.timeout(60_000);
    const traces = ALL.map((events, index) => ({
      run: `run-${index}`,
      events: events.map((event) => spoil(event, BAD)),
      live: index === 0,
    }));
    await look(traces, spoiledBench(BAD), BAD);
  });

  it("is no more where it is rendered", async function () {
    this.timeout(60_000);
    const traces = [samples.chainOfThought(), samples.deer()].map((events, index) => ({
      run: `run-${index}`,
      events: events.map((event) =>
        event.t === "tokens"
          ? { ...event, text: event.text.map((_, at) => (at === 0 ? MARKED : "")) }
          : spoil(event, BAD),
      ),
      live: false,
    }));
    await look(traces, undefined, MARKED);
    document.querySelector<HTMLElement>("#tab-compare")!.click();
    await frame();
    assert.ok(document.querySelectorAll(".rendered mfrac").length > 0);
  });

  it("does no harm in any order, twice, or cut off", async function () {
    this.timeout(120_000);
    const events = fc.shuffledSubarray(ALL.flat(), { minLength: 1, maxLength: 60 });
    const texts = fc.oneof(fc.constant(BAD), fc.string({ unit: "binary", maxLength: 30 }));
    await fc.assert(
      fc.asyncProperty(events, texts, async (order, text) => {
        const spoiled = order.map((event) => spoil(event, text));
        await look([{ run: "r", events: [...spoiled, ...spoiled.slice(0, 5)], live: false }], undefined, text);
      }),
      { numRuns: 8, seed: 7 },
    );
  });
});
