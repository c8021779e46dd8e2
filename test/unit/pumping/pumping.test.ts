/** One piece, again and again, up to a megabyte: no reader takes longer than a second or fails in a way of its own. */
import assert from "node:assert/strict";
import { cpuMsOf } from "../core/cpuTime";
import { pumped, shapes, type Pumped } from "./pieces";
import { isRefusal, READERS, type Reader } from "./readers";

/** Shapes that each reader is tried on; `npm run test:fuzz` sets more of them. */
const wanted = Number(process.env["FUZZ_RUNS"] ?? 0);
const isShort = wanted === 0;
const SHAPES = isShort ? 8 : Math.ceil(wanted / 10);
/** Characters: each length is tried before the next, so that what grows faster than its text is found while it is short. */
const LENGTHS = isShort ? [6_000, 48_000] : [4_000, 32_000, 250_000, 1_000_000];
/** Milliseconds of processor time for a megabyte, and for what does not depend on the length. */
const LONGEST = 1000;
const OVERHEAD = 250;
/** How many times longer than its text something may take to be called linear, where it takes so many milliseconds at all. */
const STEEPEST = 3;
const NOTABLE = 80;
/** A slow measurement is taken again: other work of the machine makes one slower, and none quicker. */
const TRIES = 3;

const shown = (value: string) => JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);

/** Shapes that took the square of their length, or more, before they were mended. */
const MENDED: [reader: string, beginning: string, piece: string, end: string][] = [
  ["template, Jinja", "{", "{# ", "%}"],
  ["prompts of a.prompty", "user:\n", "---\n", "x"],
  ["prompts of a.prompty", "", "---\nuser:\na\n", ""],
  ["prompts of a.prompty", "user:\n", "---\nsystem:\na\n", ""],
  ["prompts of a.prompty", "{% if ", 'a"\n  },\n  {\n   ', "}}"],
  ["prompts of a.prompty", "", "{{a}}", ""],
  ["prompts of a.prompty", "{", "%", "}}"],
  ["prompts of a.prompt", "", "{{a}}", ""],
  ["prompts of a.prompt", "", "{{!-- x --}}", ""],
  ["prompts of a.prompt", "", "{{#if a}}", ""],
  ["prompts of a.prompt", "", `---\n{{role "user"}}x${"{{a}}".repeat(450)}\n`, ""],
  ["prompts of a.prompt", "{{a ", "b=c ", "}}"],
  ["importer of files", "#### ", "<answer>", "%}"],
  ["importer of files", "[", "[THINK]", "x"],
  ["dataset, lines", "question,answer\n", "a: b\n", "$"],
];

async function tried(name: string, read: Reader, shape: Pumped): Promise<void> {
  let before: { length: number; took: number } | undefined;
  for (const length of LENGTHS) {
    const text = pumped(shape, length);
    const where = `${shown(shape.beginning)} + ${shown(shape.piece)} × ${Math.ceil(length / shape.piece.length)} + ${shown(shape.end)}`;
    const linear = before && STEEPEST * (before.took + 5) * (length / before.length);
    const most = Math.min(OVERHEAD + (LONGEST * length) / 1_000_000, Math.max(NOTABLE, linear ?? Infinity));
    let took = Infinity;
    for (let left = TRIES; left > 0 && took > most; left--) {
      let failed: unknown;
      const now = await cpuMsOf(async () => {
        try {
          await read(text);
        } catch (error) {
          failed = error;
        }
      });
      assert.ok(failed === undefined || isRefusal(name, failed), `${where}: ${String((failed as Error)?.stack)}`);
      took = Math.min(took, now);
    }
    assert.ok(took <= most, `${where}: ${Math.round(took)} ms for ${length} characters`);
    before = { length, took };
  }
}

describe("shapes that took long once", function () {
  this.timeout(60_000);
  for (const [name, beginning, piece, end] of MENDED)
    it(`${name}: ${shown(piece)}`, () => tried(name, READERS[name]!, { beginning, piece, end }));
});

describe("one piece, repeated", function () {
  this.timeout(isShort ? 60_000 : 3_600_000);
  // The same ones in every run of the gate; of the long form, others each time.
  const seed = isShort ? 20260504 : Number(process.env["FUZZ_SEED"] ?? Date.now() % 2 ** 31);
  const all = shapes(seed);
  Object.entries(READERS).forEach(([name, read], index) => {
    it(`${name} (seed ${seed})`, async () => {
      const failures: string[] = [];
      for (const shape of all.slice(index * SHAPES, (index + 1) * SHAPES)) {
        try {
          await tried(name, read, shape);
        } catch (error) {
          failures.push((error as Error).message);
        }
      }
      assert.deepEqual(failures.slice(0, 5), [], `${failures.length} of ${SHAPES} shapes`);
    });
  });
});
