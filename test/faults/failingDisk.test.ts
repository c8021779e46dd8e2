/**
 * A disk that refuses one write, or every write from one on, wherever that is: a sentence says so, nothing that was kept is
 * lost, and when the disk takes writes again the same command goes on to the same end and leaves nothing behind.
 */
import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { progress, record, SEED, WHOLE } from "./support/faultTable";
import { strayIn, tableOf, Workshop } from "./support/workshop";
import type { Watched } from "./support/watched";

const PRELOAD = path.resolve("test/faults/preload/failingDisk.cjs");
const CODES = ["ENOSPC", "EIO", "EACCES"];
/** Refusals of one kind in the gate. */
const FEW = 3;
/** Seconds beyond what an undisturbed run takes. */
const MOST_MORE_SECONDS = 5;

interface Refusal {
  nth: number;
  code: string;
  /** How many calls are refused. */
  times: number;
}

/** A command that writes, and what it has written when it is through. */
interface Task {
  kind: string;
  args(shop: Workshop): string[];
  /** What is there now, as texts in one order. */
  kept(shop: Workshop): string[];
  /** Whether going on finds what was kept, and does not begin anew. */
  goesOn: boolean;
}

const TASKS: Task[] = [
  {
    kind: "results",
    args: (shop) => shop.benchArgs("a.bench.jsonl"),
    kept: (shop) => tableOf(shop.results("a.bench.jsonl")),
    goesOn: true,
  },
  {
    kind: "traces",
    args: (shop) => shop.compareArgs("out"),
    kept: (shop) =>
      shop
        .traces("out")
        .filter(({ events }) => events.at(-1)?.t === "end")
        .map(({ events: [header] }) => (header?.t === "run" ? `${header.strategy} ${header.messages[0]?.content}` : ""))
        .sort(),
    goesOn: false,
  },
  {
    kind: "exports",
    args: () => ["import", "chats.jsonl", "--out", "out"],
    kept: (shop) => shop.traces("out").map(({ name }) => name),
    goesOn: true,
  },
];

describe("a disk that refuses", function () {
  this.timeout(20 * 60_000);
  const shops: Workshop[] = [];
  after(() => {
    for (const shop of shops) shop.remove();
  });

  function refused(shop: Workshop, task: Task, refusal: Refusal, count?: string): Watched {
    const disk = { folder: shop.folder, count, ...refusal };
    return shop.cli(task.args(shop), { FAILING_DISK: JSON.stringify(disk) }, ["--require", PRELOAD]);
  }

  for (const task of TASKS) {
    const { kind, kept, goesOn } = task;
    it(`at any write of ${kind}: says so, keeps what there is, and goes on when it can`, async () => {
      const reference = new Workshop();
      shops.push(reference);
      const counter = reference.file("..", `${path.basename(reference.folder)}.count`);
      const sound = refused(reference, task, { nth: 0, code: "", times: 0 }, counter);
      assert.ok([0, 1].includes((await sound.ended).code ?? -1), sound.err);
      const whole = kept(reference);
      const writes = Number(readFileSync(counter, "utf8"));
      rmSync(counter);
      assert.ok(whole.length >= 2 && writes >= 10, `${whole.length} kept by ${writes} writes`);

      // Once and from then on in turn, with each of the codes.
      const all = Array.from({ length: writes }, (_, at): Refusal => {
        return { nth: at + 1, times: at % 2 === 0 ? 1 : Number.MAX_SAFE_INTEGER, code: CODES[at % CODES.length]! };
      });
      const refusals = WHOLE ? all : all.filter((_, at) => at % Math.ceil(writes / FEW) === SEED % 2);
      const faults: string[] = [];
      let done = 0;
      const left = refusals.values();
      const lane = async () => {
        for (const refusal of left) {
          const found = await tryOne(task, refusal, whole, sound);
          faults.push(...found.map((fault) => `${JSON.stringify(refusal)}: ${fault}`));
          progress(`refused writes of ${kind}`, ++done, refusals.length);
        }
      };
      await Promise.all([lane(), lane()]);
      assert.deepEqual(faults, []);
    });

    async function tryOne(task: Task, refusal: Refusal, whole: string[], sound: Watched): Promise<string[]> {
      const shop = new Workshop();
      try {
        const child = refused(shop, task, refusal);
        const { code, signal } = await child.ended;
        const before = kept(shop);
        const lost: string[] = [];
        // With 0 all is said to be well; a comparison whose answers are all wrong ends with 1 as well.
        const said = /could not be written because [^\n]+\./.test(child.err);
        if (signal !== null || ![0, 1].includes(code!))
          lost.push(`it ended with ${code ?? signal}: ${child.err.slice(-300)}`);
        if (/\n\s+at |Unhandled|internal/.test(child.err)) lost.push(`it says ${child.err.slice(-600)}`);
        if (!said && before.length < whole.length)
          lost.push(`it says nothing, and ${before.length} of ${whole.length} are there`);
        const again = shop.cli(task.args(shop));
        const end = await again.ended;
        const after = kept(shop);
        if (![0, 1].includes(end.code ?? -1)) lost.push(`going on ends with ${end.code}: ${again.err}`);
        if (goesOn && before.some((each) => !after.includes(each))) lost.push("what was kept is gone");
        if (whole.some((each) => !after.includes(each)))
          lost.push(`going on gives ${after.length}: ${again.err.slice(-300)}`);
        const leaked = [...strayIn([...shop.names(), ...shop.names("out"), ...shop.names("cache/thoughtlens")])];
        const empty = [...shop.names("out")].filter((name) => shop.size(path.join("out", name)) === 0);
        const seconds = Math.max(0, child.seconds - sound.seconds);
        record(`refused writes of ${kind}`, {
          lost: lost.length + empty.length,
          leaked: leaked.length,
          seconds,
          mib: child.peakMiB - sound.peakMiB,
        });
        const late = seconds > MOST_MORE_SECONDS + 2 * sound.seconds ? [`it took ${child.seconds} s`] : [];
        return [...lost, ...empty, ...leaked, ...late];
      } finally {
        shop.remove();
      }
    }
  }
});
