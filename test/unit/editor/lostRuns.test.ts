import assert from "node:assert/strict";
import type { EventOf } from "../../../src/core/trace/trace";
import { lostNotices, lostRuns } from "../../../src/editor/panels/lostRuns";
import type { RecordedRun } from "../../../src/editor/store/recordedRun";

const header = (strategy: string): RecordedRun["header"] => ({
  ...{ t: "run", v: 1, id: "x", strategy, options: {}, model: { id: "base" }, prompt: {}, messages: [], started: "" },
});
const END: EventOf<"end"> = { t: "end", answer: "42" };
const recorded = (strategy: string, end: EventOf<"end"> | undefined, live = false): RecordedRun => ({
  ...{ id: "x", file: undefined, header: header(strategy), exit: undefined, end, live },
});

const known =
  (runs: Record<string, RecordedRun>, waiting: string[] = []) =>
  (run: string) => ({
    recorded: runs[run],
    isWaiting: waiting.includes(run),
  });
const SHOWN = {
  runs: ["a", "b", "c"],
  asked: { a: "chain-of-thought", b: "chain-of-draft", c: "deer" },
};

describe("runs that a panel lost to a reload", () => {
  it("are those that were cut and those that never began, which can run again beside the others", () => {
    const after = known({ a: recorded("chain-of-thought", END), b: recorded("chain-of-draft", undefined) });
    assert.deepEqual(lostRuns(SHOWN, after), { strategies: ["chain-of-draft", "deer"], kept: ["a"] });
    assert.deepEqual(
      lostNotices(SHOWN, after).map(({ message, action }) => [message, action?.command]),
      [
        [
          "Chain of Draft was cut short, by Cancel or since the window closed: the trace shows how far it came.",
          "run-again",
        ],
        ["DEER never began, by Cancel or since the window closed, or was deleted.", "run-again"],
      ],
    );
  });

  it("are told together where none began", () => {
    assert.deepEqual(lostRuns(SHOWN, known({})).kept, []);
    assert.match(
      lostNotices(SHOWN, known({}))[0]!.message,
      /^Chain of Thought, Chain of Draft and DEER never began, .* or were deleted\.$/,
    );
  });

  it("are none while they run, wait, or have ended", () => {
    const now = known({ a: recorded("chain-of-thought", END), b: recorded("chain-of-draft", undefined, true) }, ["c"]);
    assert.deepEqual(lostRuns(SHOWN, now), { strategies: [], kept: ["a", "b", "c"] });
    assert.deepEqual(lostNotices(SHOWN, now), []);
  });

  it("of which nobody said what they were are called deleted", () => {
    const notices = lostNotices({ runs: ["a"] }, known({}));
    assert.deepEqual(
      notices.map(({ message }) => message),
      ["A trace of this view was deleted."],
    );
    assert.deepEqual(lostRuns({ runs: ["a"] }, known({})).strategies, []);
  });

  it("are also those that were cancelled, as a window does that closes, and not those that failed", () => {
    const ended = (why: "error" | "cancelled") => ({
      ...recorded("deer", END),
      exit: { t: "exit" as const, at: 3, why },
    });
    const now = known({ a: ended("error"), b: ended("cancelled"), c: ended("error") });
    assert.deepEqual(lostRuns(SHOWN, now).strategies, ["chain-of-draft"]);
  });
});
