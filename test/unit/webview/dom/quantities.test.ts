import assert from "node:assert/strict";
import { formatChange, formatMs, formatProbability, formatShort } from "../../../../webview/dom/quantities";

describe("numbers as people read them", () => {
  const table: [string, string | undefined, string | undefined][] = [
    ["no time", formatMs(0), "0 ms"],
    ["a fraction of a millisecond", formatMs(0.84), "0.8 ms"],
    ["milliseconds", formatMs(339.7), "340 ms"],
    ["just under a second", formatMs(999.6), "1.00 s"],
    ["seconds", formatMs(1923), "1.92 s"],
    ["many seconds", formatMs(31_460), "31.5 s"],
    ["just under a minute", formatMs(59_960), "1 min 0 s"],
    ["minutes", formatMs(125_000), "2 min 5 s"],
    ["minutes that round up", formatMs(119_800), "2 min 0 s"],
    ["a probability", formatProbability(0.973), "0.97"],
    ["one that is nearly 1", formatProbability(0.99987), "0.9998"],
    ["certainty", formatProbability(1), "1.00"],
    ["nearly nothing", formatProbability(0.00001), "<0.0001"],
    ["a small one", formatProbability(0.0042), "0.0042"],
    ["a large figure", formatShort(93_120), "93.1K"],
    ["a saving", formatChange(24, 100), "−76 %"],
    ["a cost", formatChange(108, 100), "+8 %"],
    ["no change", formatChange(1000.2, 1000), "±0 %"],
    ["no baseline", formatChange(5, 0), undefined],
  ];
  for (const [name, given, expected] of table) it(`${name}: ${expected}`, () => assert.equal(given, expected));
});
