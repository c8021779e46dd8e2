/** The latents view: answers after each thought, the thoughts among the vocabulary, and the search behind them. */
import assert from "node:assert/strict";
import type { FromPanel, ToPanel } from "../../../../src/core/protocol/panelApi";
import { traceEvent, type EventOf, type TraceEvent } from "../../../../src/core/trace/trace";
import { halfPrecisionBase64 } from "../../../../src/core/trace/vector";
import { latentFigures } from "../../../../webview/figures/latentFigures";
import { answerFigure } from "../../../../webview/figures/answerFigure";
import { projectionFigure } from "../../../../webview/figures/projectionFigure";
import { projectionChart } from "../../../../webview/charts/projectionChart";
import { Panel } from "../../../../webview/shell/panel";
import { withDocument } from "../dom";
import { frame, stateOf } from "../panelState";
import * as samples from "../../samples/sampleTraces";
import { assertSnapshot, paperTheme } from "../charts/svgSnapshot";

/** The same run with pause tokens: other answers, and nothing else that a picture shows. */
function pauseControl(): TraceEvent[] {
  return samples.coconut("pause").flatMap((event): TraceEvent[] => {
    if (event.t === "run") return [{ ...event, strategy: "coconut-pause" }];
    if (event.t === "latent") return [{ ...event, answer: "rempus" }];
    return event.t === "projection" ? [] : [event];
  });
}

describe("answers after each thought", () => {
  withDocument();

  it("draws Coconut beside its pause control", () => {
    const spec = answerFigure(stateOf(samples.coconut(), pauseControl()).traces)!;
    const { svg, points } = spec.draw(paperTheme, 640);
    assertSnapshot("answers", svg);
    assert.equal(points.length, 6);
    const { head, rows } = spec.table();
    assert.deepEqual(
      rows.map((row) => row.slice(0, 4)),
      [
        ["Coconut", "1", "rempus", "no"],
        ["Coconut", "2", "rempus", "no"],
        ["Coconut", "3", "bompus", "yes"],
        ["Coconut (pause control)", "1", "rempus", "no"],
        ["Coconut (pause control)", "2", "rempus", "no"],
        ["Coconut (pause control)", "3", "rempus", "no"],
      ],
    );
    for (const row of rows) assert.equal(row.length, head.length);
  });

  it("shows what tells sentences apart", () => {
    const events = samples
      .coconut()
      .map((event) => (event.t === "latent" ? { ...event, answer: `Sally is a ${event.answer}.` } : event));
    const { svg } = answerFigure(stateOf(events).traces)!.draw(paperTheme, 640);
    const texts = [...svg.querySelectorAll("text")].map(({ textContent }) => textContent);
    assert.ok(texts.includes("✗ rempus."), texts.join());
  });

  it("is not drawn for a single answer, or none", () => {
    const untried = samples
      .coconut()
      .map((event): TraceEvent => (event.t === "latent" ? { ...event, answer: undefined } : event));
    assert.equal(answerFigure(stateOf(untried, samples.chainOfThought()).traces), undefined);
  });
});

describe("thoughts among the vocabulary", function () {
  this.timeout(60_000);
  withDocument();

  const figureOf = (projection: EventOf<"projection">, events = samples.coconut()) =>
    projectionFigure(stateOf(events).traces[0]!, projection);

  for (const method of ["pca", "umap"] as const)
    it(`draws the path of thoughts by ${method}`, () => {
      const { svg, points } = figureOf(samples.projection("latent", method)).draw(paperTheme, 640);
      assertSnapshot(`projection-${method}`, svg);
      assert.equal(svg.getAttribute("role"), "img");
      assert.match(svg.getAttribute("aria-label")!, /thought 2, nearest timpus 0\.81, lempus 0\.62/);
      const latents = samples.coconut().filter((event) => event.t === "latent");
      assert.deepEqual(
        points.map(({ at }) => at),
        latents.map(({ at }) => at),
      );
      for (const { x, y } of points) assert.ok(x > 0 && x < 640 && y > 0 && y < Number(svg.getAttribute("height")));
    });

  it("keeps one scale for both axes", () => {
    const projection = {
      ...samples.projection("latent", "pca"),
      points: [
        [0, 0],
        [0.3, 0],
        [0, 0.3],
      ] as [number, number][],
    };
    const [origin, right, up] = figureOf(projection).draw(paperTheme, 640).points;
    assert.ok(Math.abs(right!.x - origin!.x - (origin!.y - up!.y)) < 0.5);
    assert.ok(right!.x - origin!.x > 20);
  });

  it("draws soft tokens without a path", () => {
    const { svg } = figureOf(samples.projection("soft", "pca"), samples.softCot()).draw(paperTheme, 640);
    assert.equal(svg.querySelectorAll("[stroke-linejoin]").length, 0);
    assert.match(svg.getAttribute("aria-label")!, /soft token 1/);
  });

  it("gives everything in its table too", () => {
    const { head, rows } = figureOf(samples.projection("latent", "pca")).table();
    assert.deepEqual(rows[1], ["thought 2", "0.030", "-0.140", "timpus 0.81, lempus 0.62"]);
    assert.deepEqual(rows[3], ["word gorpus", "-0.260", "0.105", ""]);
    assert.match(rows.at(-1)!.join(" "), /541 of 541/);
    for (const row of rows) assert.equal(row.length, head.length);
  });

  it("draws numbers only, whatever a trace says", () => {
    const odd: Partial<EventOf<"projection">>[] = [
      { points: [], words: [], nearest: [] },
      { points: [[1e308, -1e308]], words: [["x", -1e308, 1e308]] },
      { points: [[2, 2]], words: [], nearest: [[[99, 0.5]]] },
      { points: Array.from({ length: 3000 }, (_, index): [number, number] => [index, -index]) },
      { others: "not base64" },
      { others: halfPrecisionBase64(Float32Array.from([Infinity, Number.NaN, 1])) },
      { words: [[samples.HOSTILE_TEXT, 0, 0]], variance: [-5, 1e300] },
    ];
    for (const each of odd) {
      const projection = traceEvent.parse({ ...samples.projection("latent", "pca"), others: undefined, ...each });
      const data = { run: "r", title: "t", projection: projection as EventOf<"projection">, at: [] };
      const { svg } = projectionChart(data, 320, paperTheme);
      assert.doesNotMatch(svg.outerHTML, /NaN|undefined|Infinity/);
      assert.equal(svg.querySelectorAll("img, script").length, 0);
      assert.ok(svg.querySelectorAll("circle").length <= 128);
    }
  });
});

describe("the search in thoughts whose tokens are phrases", () => {
  withDocument();

  it("gives a node all that tokens which end in it have", () => {
    const events = samples.coconut().map((event): TraceEvent =>
      event.t === "latent"
        ? {
            ...event,
            top: event.top.flatMap(([word, share]): [string, number][] => [
              [` is a ${word}.`, share / 2],
              [word, share / 2],
            ]),
          }
        : event,
    );
    const rowsOf = (coconut: TraceEvent[]) =>
      latentFigures(stateOf(coconut))
        .find(({ key }) => key.endsWith(" search"))!
        .table().rows;
    const [plain, phrases] = [rowsOf(samples.coconut()), rowsOf(events)];
    assert.deepEqual(
      phrases.map(([, ...shares]) => shares.slice(0, 2)),
      plain.map(([, ...shares]) => shares.slice(0, 2)),
    );
  });
});

describe("the latents view", function () {
  this.timeout(60_000);
  withDocument();

  interface Opened {
    panel: Panel;
    sent: FromPanel[];
  }
  async function open(...traces: TraceEvent[][]): Promise<Opened> {
    const sent: FromPanel[] = [];
    const panel = new Panel({
      post: (message) => void sent.push(message),
      readState: () => ({ view: "latents" }),
      writeState: () => undefined,
    });
    document.body.append(panel.element);
    panel.receive({
      type: "show",
      title: "Apples",
      traces: traces.map((events, index) => ({ run: `run-${index}`, events, live: false })),
    });
    await frame();
    return { panel, sent };
  }
  const receive = async ({ panel }: Opened, ...messages: ToPanel[]): Promise<void> => {
    for (const message of messages) panel.receive(message);
    await frame();
  };
  const named = (label: string): HTMLButtonElement =>
    [...document.querySelectorAll<HTMLButtonElement>(".latent-view button")].find(
      ({ textContent }) => textContent === label,
    )!;
  const pressed = (): string[] =>
    ["PCA", "UMAP"].filter((label) => named(label).getAttribute("aria-pressed") === "true");

  it("asks for UMAP, tells how far it is, and draws what comes", async () => {
    const opened = await open(samples.coconut());
    assert.deepEqual(pressed(), ["PCA"]);
    assert.equal(document.querySelector<HTMLElement>(".projection-controls progress")!.hidden, true);
    named("UMAP").focus();
    named("UMAP").click();
    const asked = opened.sent.at(-1)! as Extract<FromPanel, { type: "project" }>;
    assert.deepEqual(
      [asked.type, asked.modelId, asked.request.run, asked.request.method],
      ["project", "test-model", "run-0", "umap"],
    );
    assert.equal(asked.request.vectors.length, 3);
    await receive(opened, {
      type: "projecting",
      run: "run-0",
      of: "latent",
      progress: { message: "Laying out by UMAP", fraction: 0.4 },
    });
    assert.equal(document.querySelector<HTMLProgressElement>(".projection-controls progress")!.value, 0.4);
    assert.equal(document.querySelector(".projection-status")!.textContent, "Laying out by UMAP");
    assert.deepEqual(pressed(), ["PCA"], "what is shown is still the one before");
    named("Cancel").click();
    assert.deepEqual(opened.sent.at(-1), { type: "stop-projecting", run: "run-0", of: "latent" });
    await receive(opened, { type: "projecting", run: "run-0", of: "latent" });
    assert.equal(named("Cancel").hidden, true);
    named("UMAP").click();
    const events = [samples.projection("latent", "umap")];
    await receive(
      opened,
      { type: "events", run: "run-0", events, live: false },
      { type: "projecting", run: "run-0", of: "latent" },
    );
    assert.deepEqual(pressed(), ["UMAP"]);
    assert.match(document.querySelector(".projection-panel svg")!.getAttribute("aria-label")!, /by UMAP/);
    const before = opened.sent.length;
    named("PCA").click();
    assert.deepEqual(pressed(), ["PCA"]);
    assert.equal(opened.sent.length, before, "what is there is not asked for again");
  });

  it("offers to lay out what the trace brings no picture of, and says why it cannot", async () => {
    const opened = await open(samples.coconut().filter(({ t }) => t !== "projection"));
    assert.match(document.querySelector(".projection-panel h2")!.textContent, /thoughts among the vocabulary/);
    assert.equal(document.querySelector(".projection-panel svg"), null);
    named("PCA").click();
    const action = { title: "Choose Model…", command: "pick-model" } as const;
    await receive(opened, {
      type: "projecting",
      run: "run-0",
      of: "latent",
      failure: { message: "Other weights made this trace.", action },
    });
    assert.equal(document.querySelector(".projection-status")!.textContent, "Other weights made this trace.");
    named("Choose Model…").click();
    assert.deepEqual(opened.sent.at(-1), { type: "command", command: "pick-model" });
    named("PCA").focus();
    await receive(
      opened,
      { type: "events", run: "run-0", events: [samples.projection("latent", "pca")], live: false },
      { type: "projecting", run: "run-0", of: "latent" },
    );
    assert.ok(document.querySelector(".projection-panel svg"));
    assert.equal(document.activeElement, named("PCA"), "the keyboard stays where it was");
  });

  it("shows a recorded picture without vectors, and offers no other", async () => {
    await open(
      samples.coconut().map((event): TraceEvent => (event.t === "latent" ? { ...event, vector: undefined } : event)),
    );
    assert.ok(document.querySelector(".projection-panel svg"));
    assert.equal(named("UMAP").disabled, true);
  });

  it("offers the pause control until it stands beside", async () => {
    const alone = await open(samples.coconut());
    named("Run Beside Its Pause Control").click();
    assert.deepEqual(alone.sent.at(-1), { type: "command", command: "pause-control", run: "run-0" });
    document.body.textContent = "";
    const first = samples.coconut().find((event) => event.t === "latent")!.at;
    const tried = samples.coconut().flatMap((event): TraceEvent[] => {
      // An answer before the first thought: its trial ends where the thought begins.
      if (event.t !== "latent" || event.at !== first) return [event];
      return [{ t: "check", at: first - 1, by: "coconut", answer: "rempus", trial: [first - 1, first] }, event];
    });
    await open(tried, pauseControl());
    assert.equal(document.querySelector<HTMLElement>(".latent-offer")!.hidden, true);
    assert.equal(document.querySelectorAll(".projection-panel").length, 2);
  });

  it("lets no text of a trace become markup", async () => {
    const events = samples.coconut().map((event): TraceEvent => {
      if (event.t === "projection") return { ...event, words: [[samples.HOSTILE_TEXT, 0, 0]] };
      return event.t === "latent" ? { ...event, answer: samples.HOSTILE_TEXT } : event;
    });
    await open(events, samples.hostile());
    assert.equal(document.querySelectorAll("img, script").length, 0);
    for (const unsafe of ["\u202e", "\u001b"]) assert.ok(!document.body.textContent.includes(unsafe));
  });
});
