import assert from "node:assert/strict";
import { JSDOM } from "jsdom";
import { probeReportMarkdown } from "../../../src/editor/probes/probeReport";

const REPORT = {
  file: "/probes/a.json",
  threshold: 0.85,
  patience: 2,
  figures: { auc: 0.934, ece: 0.041, brier: 0.1, accuracy: 0.876, questions: 40, states: 220 },
  roc: [
    [0, 0],
    [0.5, 1],
    [1, 1],
  ] as [number, number][],
  bins: [
    { said: 0.1, seen: 0, count: 20 },
    { said: 0.5, seen: 0.4, count: 0 },
    { said: 0.9, seen: 1, count: 80 },
  ],
};

const SUBJECT = { model: "pocket", dataset: "gsm8k.jsonl", checkAt: "line" } as const;

function pictures(markdown: string): Document[] {
  return [...markdown.matchAll(/data:image\/svg\+xml;base64,([A-Za-z0-9+/=]+)/g)].map(
    ([, data]) =>
      new JSDOM(Buffer.from(data!, "base64").toString("utf8"), { contentType: "image/svg+xml" }).window.document,
  );
}

describe("report of a probe", () => {
  it("states the figures with what they mean", () => {
    const markdown = probeReportMarkdown(REPORT, SUBJECT);
    assert.match(markdown, /\| AUC \| 0\.934 \|/);
    assert.match(markdown, /\| accuracy \| 87\.6 % \|/);
    assert.match(markdown, /220 states of 40 questions/);
  });

  it("draws the ROC curve from corner to corner and a dot for each bin that holds states", () => {
    const [roc, reliability] = pictures(probeReportMarkdown(REPORT, SUBJECT));
    assert.equal(roc!.querySelector("polyline")!.getAttribute("points"), "34.0,206.0 120.0,34.0 206.0,34.0");
    const dots = [...reliability!.querySelectorAll("circle")].map((dot) => dot.getAttribute("cy"));
    assert.deepEqual(dots, ["206.0", "34.0"]);
  });

  it("says which strategy asks a probe of words, and which one of continuous thoughts", () => {
    const words = probeReportMarkdown(REPORT, SUBJECT);
    const latents = probeReportMarkdown(REPORT, { ...SUBJECT, checkAt: "latent" });
    assert.match(words, /Hidden-State Probe\* uses it/);
    assert.match(latents, /Coconut\* uses it .*"length": "probe"/);
    assert.doesNotMatch(latents, /Hidden-state/);
  });

  it("takes names as plain text", () => {
    const markdown = probeReportMarkdown(REPORT, {
      ...SUBJECT,
      model: "x](command:evil) <img src=x>",
      dataset: "**d**",
    });
    assert.doesNotMatch(markdown, /\]\(command:|<img|\*\*d/);
  });
});
