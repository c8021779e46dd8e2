import assert from "node:assert/strict";
import type { KeptFailure } from "../../../src/core/measure/benchFile";
import { endSentence, runBench, type BenchEnd, type BenchLimits } from "../../../src/core/measure/benchLoop";
import { steady } from "../../../src/core/measure/pace";
import { ActionableError } from "../../../src/core/protocol/rpc";

const LIMITS: BenchLimits = { attempts: 3, pause: 1, failuresInRow: 3 };
const busy = () => new ActionableError("server-busy", "The server is busy.", "Try again in a while.");

interface Played {
  end: BenchEnd;
  /** Every try, as `question strategy`. */
  tries: string[];
  results: string[];
  failures: KeptFailure[];
}

/** @param answer throws where a try fails; undefined where it is cancelled */
async function play(
  questions: number,
  strategies: string[],
  answer: (question: number, strategy: string, nth: number) => string | undefined,
  known: string[] = [],
  signal: AbortSignal = new AbortController().signal,
): Promise<Played> {
  const played: Omit<Played, "end"> = { tries: [], results: [], failures: [] };
  const end = await runBench<string>(
    {
      questions,
      strategies,
      signal,
      known: (question, strategy) => known.includes(`${question} ${strategy}`),
      run: async (question, strategy) => {
        const key = `${question} ${strategy}`;
        played.tries.push(key);
        const nth = played.tries.filter((each) => each === key).length;
        return answer(question, strategy, nth) === undefined ? undefined : key;
      },
      onResult: async (result) => void played.results.push(result),
      onFailure: async (failure) => void played.failures.push(failure),
    },
    LIMITS,
  );
  return { end, ...played };
}

describe("the order of a bench", () => {
  it("is question by question under every strategy, without what is known", async () => {
    const { end, tries } = await play(2, ["a", "b"], () => "right", ["0 b"]);
    assert.deepEqual(tries, ["0 a", "1 a", "1 b"]);
    assert.deepEqual(end, { why: "through" });
  });

  it("tries again what may pass, and takes the answer that comes then", async () => {
    const { end, tries, results, failures } = await play(1, ["a"], (_question, _strategy, nth) => {
      if (nth < 3) throw busy();
      return "right";
    });
    assert.equal(tries.length, 3);
    assert.deepEqual([end.why, results, failures], ["through", ["0 a"], []]);
  });

  it("counts what keeps failing and goes on with the next question", async () => {
    const { end, results, failures } = await play(3, ["a", "b"], (question, strategy) => {
      if (question === 1 && strategy === "a") throw busy();
      return "right";
    });
    assert.equal(end.why, "through");
    assert.deepEqual(results, ["0 a", "0 b", "1 b", "2 a", "2 b"]);
    assert.deepEqual(failures, [
      { t: "failure", question: 1, strategy: "a", code: "server-busy", message: "The server is busy.", attempts: 3 },
    ]);
  });

  it("does not try again what the question itself causes", async () => {
    const { tries, failures } = await play(1, ["a"], () => {
      throw new ActionableError("context-full", "The prompt is longer than the context.");
    });
    assert.equal(tries.length, 1);
    assert.equal(failures[0]!.attempts, 1);
  });

  it("ends where the key of a server has no quota left, as every other question would", async () => {
    const { end, tries, failures } = await play(3, ["a"], () => {
      throw new ActionableError("server-quota", "The quota is used up.");
    });
    assert.deepEqual([end.why, tries.length, failures.length], ["error", 1, 0]);
    assert.equal(endSentence(end)!.message, "The quota is used up.");
  });

  it("stops where one strategy fails too often in a row, even if the others do not", async () => {
    const { end, results, failures } = await play(10, ["a", "b"], (_question, strategy) => {
      if (strategy === "b") throw busy();
      return "right";
    });
    assert.equal(failures.length, LIMITS.failuresInRow);
    assert.deepEqual(results, ["0 a", "1 a", "2 a"]);
    assert.equal(end.why, "failures");
    assert.equal(
      endSentence(end)!.message,
      "The bench stopped because 3 runs of b in a row failed: The server is busy.",
    );
  });

  it("does not stop where failures are scattered", async () => {
    const { end, failures } = await play(12, ["a"], (question) => {
      if (question % 2 === 0) throw busy();
      return "right";
    });
    assert.deepEqual([end.why, failures.length], ["through", 6]);
  });

  const hopeless = ["strategy-unsupported", "model-folder-missing", "server-key", "option-invalid", "engine-start"];
  for (const code of hopeless)
    it(`ends at once where no question would escape: ${code}`, async () => {
      const { end, tries } = await play(5, ["a"], () => {
        throw new ActionableError(code, "It cannot be.");
      });
      assert.deepEqual([end.why, tries.length], ["error", 1]);
      assert.equal(endSentence(end)!.code, code);
    });

  it("ends where it is cancelled: in a run, before it, and while it waits to try again", async () => {
    assert.equal((await play(2, ["a"], () => undefined)).end.why, "cancelled");
    assert.equal((await play(2, ["a"], () => "right", [], AbortSignal.abort())).end.why, "cancelled");
    const controller = new AbortController();
    const { end, tries, failures } = await play(
      2,
      ["a"],
      () => {
        setTimeout(() => controller.abort(), 0);
        throw busy();
      },
      [],
      controller.signal,
    );
    assert.equal(end.why, "cancelled");
    assert.ok(tries.length < LIMITS.attempts + 1);
    assert.deepEqual(failures, []);
  });

  it("ends where a result cannot be kept", async () => {
    const end = await runBench<string>(
      {
        questions: 2,
        strategies: ["a"],
        signal: new AbortController().signal,
        known: () => false,
        run: async () => "right",
        onResult: () => Promise.reject(new ActionableError("results-enospc", "The disk is full.")),
        onFailure: async () => undefined,
      },
      LIMITS,
    );
    assert.equal(endSentence(end)!.code, "results-enospc");
  });
});

describe("several runs at once", () => {
  /** Runs that take some ticks each; the most that were under way at a time. */
  async function together(
    concurrency: number,
    { fails = [] as number[], keeping = async () => {}, begun = [] as number[] } = {},
  ) {
    let [underWay, most] = [0, 0];
    const results: number[] = [];
    let keepers = 0;
    const end = await runBench<number>(
      {
        questions: 12,
        strategies: ["a"],
        signal: new AbortController().signal,
        pace: steady(concurrency),
        known: () => false,
        run: async (question) => {
          begun.push(question);
          underWay += 1;
          most = Math.max(most, underWay);
          await new Promise((resolve) => setTimeout(resolve, question % 3 === 0 ? 12 : 3));
          underWay -= 1;
          if (fails.includes(question)) throw new ActionableError("server-refused", "No.", "Ask otherwise.");
          return question;
        },
        onResult: async (result) => {
          keepers += 1;
          assert.ok(keepers <= 2 * concurrency, "what is not kept is bounded");
          await keeping();
          results.push(result);
          keepers -= 1;
        },
        onFailure: async () => undefined,
      },
      LIMITS,
    );
    return { end, most, results, begun };
  }

  it("are as many as were asked for, and no result is lost", async () => {
    for (const concurrency of [1, 4, 32]) {
      const { end, most, results } = await together(concurrency);
      assert.equal(most, Math.min(12, concurrency));
      assert.deepEqual(
        [end.why, results.toSorted((a, b) => a - b)],
        ["through", Array.from({ length: 12 }, (_, n) => n)],
      );
    }
  });

  it("go on while a slow disk keeps results, and wait where more would pile up", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const begun: number[] = [];
    const going = together(3, { keeping: () => held, begun });
    await new Promise((resolve) => setTimeout(resolve, 80));
    const meanwhile = begun.length;
    release();
    const { results } = await going;
    assert.ok(meanwhile > 3 && meanwhile <= 6, `${meanwhile} had begun`);
    assert.deepEqual([begun.length, results.length], [12, 12]);
  });

  it("are kept to the end when others fail too often, and no new one begins", async () => {
    const { end, results, begun } = await together(3, { fails: [0, 1, 2, 3, 4, 5] });
    assert.equal(end.why, "failures");
    assert.ok(begun.length < 12);
    for (const question of begun) assert.ok(question < 6 || results.includes(question));
  });

  it("end where a result cannot be kept", async () => {
    const refuse = () => Promise.reject(new ActionableError("disk-full", "The disk is full.", "Make room."));
    const { end, results } = await together(4, { keeping: refuse });
    assert.deepEqual([end.why, results], ["error", []]);
  });
});
