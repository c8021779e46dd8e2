/** One piece, again and again, up to a megabyte: no reader takes longer than a second or fails in a way of its own. */
import assert from "node:assert/strict";
import { pumped, shapes, type Pumped } from "./pieces";
import { isRefusal, READERS, type Reader } from "./readers";

/** Shapes that each reader is tried on; `npm run test:fuzz` sets more of them. */
const wanted = Number(process.env["FUZZ_RUNS"] ?? 0);
const isShort = wanted === 0;
const SHAPES = isShort ? 12 : Math.ceil(wanted / 10);
/** Characters: each length is tried before the next, so that what grows faster than its text is found while it is short. */
const LENGTHS = isShort ? [3_000, 30_000] : [4_000, 32_000, 250_000, 1_000_000];
/** Milliseconds of processor time for a megabyte, and for what does not depend on the length. */
const LONGEST = 1000;
const OVERHEAD = 150;

const shown = (value: string) => JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);

async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function tried(name: string, read: Reader, shape: Pumped): Promise<void> {
  for (const length of LENGTHS) {
    const text = pumped(shape, length);
    const where = `${shown(shape.beginning)} + ${shown(shape.piece)} × ${Math.ceil(length / shape.piece.length)} + ${shown(shape.end)}`;
    let failed: unknown;
    const took = await cpuMs(async () => {
      try {
        await read(text);
      } catch (error) {
        failed = error;
      }
    });
    assert.ok(failed === undefined || isRefusal(name, failed), `${where}: ${String((failed as Error)?.stack)}`);
    const most = OVERHEAD + (LONGEST * Math.max(length, 100_000)) / 1_000_000;
    assert.ok(took < most, `${where}: ${Math.round(took)} ms for ${length} characters`);
  }
}

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
