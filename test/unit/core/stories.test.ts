/** The guided stories: their traces are there, and say what the walkthrough says of them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { isByCheck } from "../../../src/core/trace/kinds";
import { measure } from "../../../src/core/measure/metrics";
import { runDetails } from "../../../src/core/measure/runDetails";
import { fold, type Trace } from "../../../src/core/trace/fold";
import { readTrace } from "../../../src/core/trace/traceFile";
import { splitRuns } from "../../../src/core/trace/traceRuns";

interface Story {
  id: string;
  title: string;
  detail: string;
  prompt: string;
  strategies: string[];
}

const FOLDER = path.resolve("media/stories");
const stories = JSON.parse(readFileSync(path.join(FOLDER, "stories.json"), "utf8")) as Story[];
const words = JSON.parse(readFileSync("package.nls.json", "utf8")) as Record<string, string>;

function tracesOf(id: string): Trace[] {
  const { events, problems } = readTrace(readFileSync(path.join(FOLDER, `${id}.thoughts.jsonl`), "utf8"));
  assert.deepEqual(problems, []);
  return splitRuns(events).map((run) => fold(run));
}

const peakOf = (trace: Trace): number => measure(trace).context.peak;

describe("the guided stories", () => {
  for (const { id, prompt, strategies } of stories)
    it(`${id}: its runs are whole, in order, and of one question of the samples`, () => {
      const traces = tracesOf(id);
      assert.deepEqual(
        traces.map(({ header }) => header!.strategy),
        strategies,
      );
      const questions = new Set(traces.map(({ header }) => header!.messages.at(-1)!.content));
      assert.equal(questions.size, 1);
      const [beginning] = [...questions][0]!.split(".", 1);
      const file = readFileSync(path.resolve("media/samples", prompt), "utf8").replaceAll("{{hero}}", "Sally");
      assert.ok(file.includes(beginning!), beginning);
      for (const { end } of traces) assert.ok(end);
    });

  it("thinking goes on after the answer stands, and each early exit stops before it with the same answer", () => {
    const [full, ...early] = tracesOf("overthinking");
    const after = Math.round(100 * runDetails(full!).after!);
    assert.match(words["walkthrough.trace.description"]!, new RegExp(`${100 - after} %[^]*${after} %`));
    assert.ok(after >= 60);
    assert.equal(full!.end!.correct, true);
    for (const { header, exit, end, checks } of early) {
      assert.ok(isByCheck(exit!.why), header!.strategy);
      assert.ok(exit!.at < full!.exit!.at && checks.length > 0, header!.strategy);
      assert.equal(end!.answer, full!.end!.answer, header!.strategy);
    }
  });

  it("latent thoughts are needed: no thought is too few, and pauses in their place stay wrong", () => {
    const [coconut, pauses] = tracesOf("latent-thoughts");
    assert.equal(coconut!.end!.correct, true);
    assert.equal(pauses!.end!.correct, false);
    assert.equal(coconut!.checks[0]!.correct, false, "before the first thought");
    assert.equal(coconut!.checks.at(-1)!.correct, true);
    assert.ok(pauses!.checks.every(({ correct }) => correct === false));
  });

  it("memory is folded: rounds and gists need fewer rows than thinking in full, and are right", () => {
    const [full, ...folded] = tracesOf("folded-memory");
    for (const trace of folded) {
      assert.ok(peakOf(trace) < 0.7 * peakOf(full!), `${trace.header!.strategy} ${peakOf(trace)} ${peakOf(full!)}`);
      assert.equal(trace.end!.correct, true, trace.header!.strategy);
    }
  });
});
