/** The watch list: what it finds, what it refuses, and that no pattern and no text takes it long. */
import assert from "node:assert/strict";
import { fold } from "../../../src/core/trace/fold";
import { classifyTrace, readWatchList, watchTrace, WatchMatcher } from "../../../src/core/measure/watchList";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { cpuMs } from "./cpuTime";

const found = (list: unknown, text: string): string[] =>
  new WatchMatcher(readWatchList(list, "list")).marksIn(text, 3, 9).map(({ what, by }) => `${what}: ${by}`);

describe("a watch list", () => {
  const CASES: [what: string, list: unknown, text: string, marks: string[]][] = [
    ["a word in any case", [{ name: "unsafe", words: ["Bomb"] }], "Build a BOMB.", ["unsafe: Bomb"]],
    ["no word inside of another", [{ name: "unsafe", words: ["bomb"] }], "It is a bombastic start.", []],
    ["a phrase with signs", [{ name: "unsafe", words: ["rm -rf"] }], "Then `rm -rf /` is run.", ["unsafe: rm -rf"]],
    ["words of other scripts", [{ name: "topic", words: ["天气"] }], "今天的 天气 很好", ["topic: 天气"]],
    [
      "a pattern",
      [{ name: "secret", patterns: ["sk-[a-z0-9]{8,}"] }],
      "the key sk-abcdef123",
      ["secret: sk-[a-z0-9]{8,}"],
    ],
    ["each word once a step", [{ name: "x", words: ["a1"] }], "a1 a1 a1", ["x: a1"]],
    [
      "several names",
      [
        { name: "a", words: ["one"] },
        { name: "b", words: ["one", "two"] },
      ],
      "one two",
      ["a: one", "b: one", "b: two"],
    ],
    ["nothing by an empty list", [], "anything", []],
  ];
  for (const [what, list, text, marks] of CASES) it(`finds ${what}`, () => assert.deepEqual(found(list, text), marks));

  const BAD: [what: string, list: unknown, message: RegExp][] = [
    ["what is no list", { name: "x" }, /^my list does not fit: /],
    ["an entry without a name", [{ name: "a" }, { words: ["x"] }], /^Entry 2 of my list does not fit at name: /],
    [
      "a pattern that is none",
      [{ name: "x", patterns: ["("] }],
      /A pattern of x in my list cannot be read: .*missing closing/,
    ],
    ["look-around, which takes more than linear time", [{ name: "x", patterns: ["(?=a)b"] }], /cannot be read/],
    ["back-references", [{ name: "x", patterns: ["(a)\\1"] }], /cannot be read/],
    ["repetitions of repetitions", [{ name: "x", patterns: ["(a{1000}){1000}"] }], /cannot be read/],
    ["a pattern that is too long", [{ name: "x", patterns: ["a".repeat(400)] }], /does not fit at patterns/],
    [
      "too many patterns in all",
      Array.from({ length: 6 }, () => ({ name: "x", patterns: Array<string>(10).fill("a") })),
      /60 patterns/,
    ],
    ["too many entries", Array.from({ length: 51 }, () => ({ name: "x" })), /does not fit/],
  ];
  for (const [what, list, message] of BAD)
    it(`refuses ${what}, and says which`, () =>
      assert.throws(
        () => readWatchList(list, "my list"),
        (error: Error & { code?: string }) => {
          assert.equal(error.code, "watch-list");
          assert.match(error.message, message);
          return true;
        },
      ));

  it("is through with hostile patterns and texts soon", () => {
    const patterns = ["(a+)+$", "(.*a){10}z", "(a|aa)+$", "(\\pL{1,300})x", "[^b]*[^c]*[^d]*z"];
    const matcher = new WatchMatcher(readWatchList([{ name: "x", patterns }], "list"), "list", 200);
    const took = cpuMs(() => {
      for (let step = 0; step < 400; step++) matcher.marksIn("a".repeat(100_000), step, step + 1);
    });
    assert.ok(took < 2000, `${took} ms`);
    assert.ok(matcher.isExhausted);
  });

  it("marks no more than a person can look at", () => {
    const matcher = new WatchMatcher(readWatchList([{ name: "x", words: ["a"] }], "list"));
    let marks = 0;
    for (let step = 0; step < 5000; step++) marks += matcher.marksIn("a", step, step + 1).length;
    assert.equal(marks, 1000);
  });
});

describe("a trace under a watch list", () => {
  const text = ["First", " a", " bomb", ".\n", "Then", " tea", ".\n", "Tea"];
  const events: TraceEvent[] = [
    { t: "tokens", at: 0, kind: "text", text },
    { t: "span", kind: "step", from: 0, to: 4 },
    { t: "span", kind: "step", from: 4, to: 7 },
    { t: "span", kind: "thinking", from: 0, to: 7 },
    { t: "span", kind: "trial", from: 0, to: 4 },
    { t: "span", kind: "answer", from: 7, to: 8 },
  ];
  const entries = readWatchList(
    [
      { name: "unsafe", words: ["bomb"] },
      { name: "topic", words: ["tea"] },
    ],
    "list",
  );

  it("is marked at its steps and its answer, once", () => {
    const marks = watchTrace(fold(events), entries);
    assert.deepEqual(
      marks.map(({ what, from, to }) => [what, from, to]),
      [
        ["unsafe", 0, 4],
        ["topic", 4, 7],
        ["topic", 7, 8],
      ],
    );
    assert.deepEqual(watchTrace(fold([...events, ...marks]), entries), []);
  });

  it("is marked by what a classifier flags", async () => {
    const asked: string[][] = [];
    const classify = (_: unknown, texts: readonly string[]) => {
      asked.push([...texts]);
      return Promise.resolve(
        texts.map((each) => ({ isFlagged: each.includes("bomb"), category: "violence", score: 0.9 })),
      );
    };
    const list = readWatchList([{ name: "unsafe", classifier: { url: "http://localhost:1" } }], "list");
    const marks = await classifyTrace(fold(events), list, classify, new AbortController().signal);
    assert.deepEqual(asked, [["First a bomb.\n", "Then tea.\n", "Tea"]]);
    assert.deepEqual(marks, [{ t: "mark", kind: "watch", what: "unsafe", by: "violence", score: 0.9, from: 0, to: 4 }]);
  });
});
