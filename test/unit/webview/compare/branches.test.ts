/** Branches in the comparison: what both share is drawn once, and steps are gone on from by key and menu. */
import assert from "node:assert/strict";
import type { FromPanel } from "../../../../src/core/protocol/panelApi";
import { stepsOf } from "../../../../src/core/measure/branchPlaces";
import { fold } from "../../../../src/core/trace/fold";
import type { TraceEvent } from "../../../../src/core/trace/trace";
import { CompareView } from "../../../../webview/compare/compareView";
import { PanelState } from "../../../../webview/shown/state";
import * as samples from "../../samples/sampleTraces";
import { withDocument } from "../dom";

/** Before the third step. */
const FORK = stepsOf(fold(samples.chainOfThought()))[2]!.from;

/** A run that has the beginning of another. */
const branched = (run: string, parent: string): TraceEvent[] =>
  samples.chainOfThought(run).flatMap((event): TraceEvent[] =>
    event.t === "run"
      ? [
          { ...event, branch: { run: parent, at: FORK, why: "continue" } },
          { t: "fork", at: FORK },
        ]
      : [event],
  );

interface Page {
  posted: FromPanel[];
  state: PanelState;
  view: CompareView;
  /** The nth block of a column. */
  block(column: number, nth: number): HTMLElement;
}

function show(traces: [run: string, events: TraceEvent[]][], live = false): Page {
  const state = new PanelState(undefined);
  state.apply({ type: "show", title: "t", traces: traces.map(([run, events]) => ({ run, events, live })) });
  const posted: FromPanel[] = [];
  const view = new CompareView({
    state,
    host: { post: (message) => void posted.push(message), readState: () => undefined, writeState: () => undefined },
    keep: () => undefined,
    reveal: () => undefined,
  });
  document.body.append(view.element);
  view.update();
  const blocks = (column: number) => document.querySelectorAll<HTMLElement>(`.cell[data-column="${column}"] .block`);
  // Rows far away are drawn when they come near.
  for (const row of document.querySelectorAll(".row")) row.querySelector<HTMLElement>(".cell")?.focus();
  return { posted, state, view, block: (column, nth) => blocks(column)[nth]! };
}

function press(block: HTMLElement, key: string): void {
  const cell = block.closest<HTMLElement>(".cell")!;
  cell.focus();
  cell.dispatchEvent(new window.KeyboardEvent("keydown", { key, bubbles: true }));
}

describe("a branch beside its parent", () => {
  withDocument();

  it("has what both share drawn once, in the parent's column", () => {
    const { block } = show([
      ["parent", samples.chainOfThought("parent")],
      ["branch", branched("branch", "parent")],
    ]);
    const isHidden = (column: number, nth: number): boolean =>
      block(column, nth).querySelector(".block-text")!.hasAttribute("hidden");
    assert.deepEqual([isHidden(0, 0), isHidden(1, 0), isHidden(1, 1), isHidden(1, 2)], [false, true, true, false]);
    assert.match(block(1, 0).textContent!, /as in the run that it began in/);
  });

  it("has a step shared whose thinking it closes itself", () => {
    const stopped = branched("branch", "parent").filter(({ t }) => t !== "tokens" && t !== "span");
    const { block } = show([
      ["parent", samples.chainOfThought("parent")],
      [
        "branch",
        [
          ...stopped.slice(0, 1),
          { t: "fork", at: 2 },
          { t: "tokens", at: 0, kind: "text", text: ["<think>", "One."] },
          { t: "tokens", at: 2, kind: "forced", text: ["</think>", "\n"] },
          { t: "tokens", at: 4, kind: "text", text: ["It is 1."] },
          { t: "span", kind: "step", from: 1, to: 2 },
          { t: "span", kind: "thinking", from: 1, to: 2 },
          { t: "span", kind: "answer", from: 4, to: 5 },
        ],
      ],
    ]);
    assert.equal(block(1, 0).querySelector(".block-text")!.hasAttribute("hidden"), true);
    assert.equal(block(1, 1).querySelector(".block-text")!.hasAttribute("hidden"), false);
  });

  it("has it drawn where the parent is not in sight", () => {
    const { block } = show([["branch", branched("branch", "gone")]]);
    assert.equal(block(0, 0).querySelector(".block-text")!.hasAttribute("hidden"), false);
  });

  /** What stands of `events` before the fork, and then others. */
  const goneOn = (run: string, why: "answer" | "sample", exit: string, ...more: TraceEvent[]): TraceEvent[] => [
    ...branched(run, "parent").flatMap((event): TraceEvent[] => {
      if (event.t === "run") return [{ ...event, branch: { run: "parent", at: FORK, why } }];
      if (event.t === "tokens") {
        const text = event.text.slice(0, Math.max(0, FORK - event.at));
        return text.length > 0 ? [{ t: "tokens", at: event.at, kind: event.kind, text }] : [];
      }
      return event.t === "fork" || (event.t === "span" && event.to <= FORK) ? [event] : [];
    }),
    ...more,
    { t: "exit", at: FORK, why: exit } as TraceEvent,
    { t: "end", answer: "5" },
  ];
  const OWN: TraceEvent[] = [
    { t: "tokens", at: FORK, kind: "text", text: ["Perhaps", " they", " are", " 99", " pears", "."] },
    { t: "span", kind: "step", from: FORK, to: FORK + 6 },
    { t: "span", kind: "thinking", from: 1, to: FORK + 6 },
  ];
  const ANSWER: TraceEvent[] = [
    { t: "span", kind: "thinking", from: 1, to: FORK },
    { t: "tokens", at: FORK, kind: "forced", text: ["</think>"] },
    { t: "tokens", at: FORK + 1, kind: "text", text: ["It is 5."] },
    { t: "span", kind: "answer", from: FORK + 1, to: FORK + 2 },
  ];
  const MISSING: [what: string, branch: TraceEvent[], said: RegExp[]][] = [
    [
      "stopped and answered",
      goneOn("branch", "answer", "stopped", ...ANSWER),
      [/^(Stopped and answered|Sampled again) at \d+ had ended before this step$/],
    ],
    [
      "was sampled again",
      goneOn("branch", "sample", "end-of-thinking", ...OWN),
      [/^another way from here in Sampled again at \d+$/],
    ],
    [
      "was sampled again and cut short",
      goneOn("branch", "sample", "budget", ...OWN),
      [
        /^another way from here in Sampled again at \d+$/,
        /^(Stopped and answered|Sampled again) at \d+ had ended before this step$/,
      ],
    ],
  ];
  for (const [what, branch, said] of MISSING)
    it(`leaves nothing out where it ${what}: that is said once`, () => {
      show([
        ["parent", samples.chainOfThought("parent")],
        ["branch", branch],
      ]);
      const told = [...document.querySelectorAll(".link-lost")].map((node) => node.textContent!);
      assert.equal(told.length, said.length, told.join("; "));
      said.forEach((each, index) => assert.match(told[index]!, each));
    });

  for (const [key, kind] of [
    ["a", "answer"],
    ["c", "continue"],
    ["s", "sample"],
    ["o", "token"],
  ] as const)
    it(`asks to go on from a step by ${key}`, () => {
      const { posted, block } = show([["parent", samples.chainOfThought("parent")]]);
      const [, second] = stepsOf(fold(samples.chainOfThought()));
      press(block(0, 1), key);
      const asked = posted.find((message) => message.type === "branch")!;
      assert.deepEqual([asked.kind, asked.run], [kind, "parent"]);
      assert.ok(asked.at >= second!.from && asked.at <= second!.to, "within the step, or what ends it");
    });

  it("tells the menu over a step where it was opened", () => {
    const { block } = show([["parent", samples.chainOfThought("parent")]]);
    const cell = block(0, 1).closest<HTMLElement>(".cell")!;
    cell.focus();
    const { webviewSection, run } = JSON.parse(cell.dataset["vscodeContext"]!) as Record<string, unknown>;
    assert.deepEqual([webviewSection, run], ["step", "parent"]);
    // A token under the pointer keeps the menu when the click gives its cell the focus.
    const token = cell.querySelectorAll<HTMLElement>(".token")[2]!;
    token.dispatchEvent(new window.Event("pointerover", { bubbles: true }));
    (document.activeElement as HTMLElement).blur();
    cell.focus();
    const { at } = JSON.parse(cell.dataset["vscodeContext"]!) as { at: number };
    assert.equal(at, Number(token.dataset["at"]));
  });
});

describe("what is said of a step that is shown already", () => {
  withDocument();

  it("stands beside it once it is known, and again when it has grown", () => {
    const { state, view } = show([["cot", samples.chainOfThought("cot")]]);
    const told = (): string[] => [...document.querySelectorAll(".step-mark")].map((mark) => mark.textContent!);
    const tell = (event: TraceEvent): void => {
      state.apply({ type: "events", run: "cot", events: [event], live: false });
      view.update();
    };
    assert.deepEqual(told(), []);
    const asked = samples.whatIf();
    tell(asked.find(({ t }) => t === "importance")!);
    assert.match(told().join(), /importance 0\.00 nats/);
    const [from, to] = [FORK, FORK + 12];
    tell({ t: "mark", kind: "loop", what: "tokens", period: 3, from, to });
    assert.match(told().join(), /loop: 3 tokens, 4 times/);
    tell({ t: "mark", kind: "loop", what: "tokens", period: 3, from, to: to + 3 });
    assert.match(told().join(), /loop: 3 tokens, 5 times/);
  });
});

describe("a run that goes on", () => {
  withDocument();
  const commands = ({ posted }: Page) =>
    posted.flatMap((message) => (message.type === "command" ? [message.command] : []));

  it("is paused, resumed and made to answer by key", () => {
    const page = show([["live", samples.chainOfThought("live").slice(0, -1)]], true);
    press(page.block(0, 0), "p");
    page.state.apply({ type: "paused", run: "live", paused: true });
    page.view.update();
    assert.match(document.querySelector(".column-title")!.textContent!, /paused.*Resume.*Stop and Answer/);
    press(page.block(0, 0), "p");
    press(page.block(0, 0), "A");
    assert.deepEqual(commands(page), ["pause", "resume", "stop-thinking"]);
  });

  it("is not steered once it is over", () => {
    const page = show([["over", samples.chainOfThought("over")]]);
    press(page.block(0, 0), "p");
    press(page.block(0, 0), "A");
    assert.deepEqual(commands(page), []);
  });
});
