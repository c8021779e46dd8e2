/** What changes under a command while it runs: clocks, folders, other processes on its files, a host that is gone. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../../src/core/measure/random";
import { OPEN_ENDED } from "../unit/onnx/openEndedGraphs";
import { TINY } from "./support/engineUnderWatch";
import { record, SEED, WHOLE } from "./support/faultTable";
import { strayIn, tableOf, Workshop } from "./support/workshop";
import { Watched } from "./support/watched";

const CLOCK = path.resolve("test/faults/preload/jumpingClock.cjs");
const ROUNDS = WHOLE ? 5 : 1;
/** Milliseconds in which an engine that is left alone ends. */
const MOST_ALONE_MS = 5000;

describe("while a command runs", function () {
  this.timeout(20 * 60_000);
  const random = seededRandom(SEED);
  const shops: Workshop[] = [];
  const open = (): Workshop => {
    const shop = new Workshop();
    shops.push(shop);
    return shop;
  };
  let table: string[];
  let ms: number;
  before(async () => {
    const shop = open();
    for (const name of ["first", "second"]) {
      const child = shop.cli(shop.beginArgs(name));
      assert.equal((await child.ended).code, 0, child.err);
      ms = child.seconds * 1000;
      table = tableOf(shop.results(name));
    }
  });
  after(() => {
    for (const shop of shops) shop.remove();
  });

  it("its clock may be set back and forward by an hour", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const shop = open();
      const child = shop.cli(shop.beginArgs("a"), {}, ["--require", CLOCK]);
      const { code } = await child.ended;
      record("clocks set by an hour", { seconds: child.seconds, lost: code === 0 ? 0 : 1 });
      assert.equal(code, 0, child.err);
      assert.deepEqual(tableOf(shop.results("a")), table);
      for (const { figures } of shop.results("a")!.results)
        assert.ok(
          Object.values(figures.ms).every((each) => each >= 0 && each < 600_000),
          JSON.stringify(figures.ms),
        );
    }
  });

  const deletions: [what: string, args: (shop: Workshop) => string[], folder: string][] = [
    ["results", (shop) => shop.beginArgs("kept/a"), "kept"],
    ["cache", (shop) => shop.beginArgs("a"), "cache"],
    ["traces", (shop) => shop.compareArgs("out"), "out"],
  ];
  for (const [what, args, folder] of deletions) {
    it(`its folder of ${what} may be deleted: nothing is lost`, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const shop = open();
        const child = shop.cli(args(shop));
        await Promise.race([pause(ms * (0.3 + 0.7 * random())), child.ended]);
        // One that has printed its table has let go of its files.
        const running = child.running && child.out === "";
        rmSync(shop.file(folder), { recursive: true, force: true, maxRetries: 10 });
        const { code } = await child.ended;
        const results = tableOf(shop.results(what === "results" ? "kept/a" : "a"));
        const ends = shop.traces("out").filter(({ events }) => events.at(-1)?.t === "end").length;
        // What was through when its folder went is gone by the will of who deleted it.
        const isWhole = what === "traces" ? !running || ends > 0 : !running || results.length === table.length;
        const strays = strayIn([...shop.names(), ...shop.names(folder)]);
        record(`folder of ${what} deleted`, { seconds: child.seconds, lost: isWhole ? 0 : 1, leaked: strays.length });
        assert.ok([0, 1].includes(code ?? -1), child.err);
        assert.ok(isWhole, `${results.length} results, ${ends} traces: ${child.err}`);
        assert.deepEqual(strays, []);
      }
    });
  }

  it("others want its file of results: one of all writes it, also where a killed one left its lock", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const shop = open();
      const dead = JSON.stringify({ pid: 2 ** 30, host: hostname() });
      writeFileSync(shop.file("a.lock"), dead);
      if (round % 2 === 0) writeFileSync(shop.file("a.lock.next"), dead);
      const all = Array.from({ length: 3 }, () => shop.cli(shop.beginArgs("a")));
      const codes = await Promise.all(all.map(async (child) => (await child.ended).code));
      const won = codes.filter((code) => code === 0).length;
      const lines = readFileSync(shop.file("a"), "utf8").trimEnd().split("\n").length;
      const strays = strayIn(shop.names());
      record("processes on one file of results", {
        tried: all.length,
        lost: won === 1 && lines === table.length + 1 ? 0 : 1,
        leaked: strays.length,
        seconds: Math.max(...all.map(({ seconds }) => seconds)),
      });
      assert.equal(won, 1, all.map(({ err }) => err).join("\n"));
      assert.equal(lines, table.length + 1);
      assert.deepEqual(tableOf(shop.results("a")), table);
      assert.deepEqual(strays, []);
    }
  });

  describe("on a disk that may only be read", () => {
    const mount = "mkdir -p still && mount -t tmpfs -o ro tmpfs still";
    const canMount = spawnSync("unshare", ["-rm", "bash", "-c", mount], { cwd: tmpdir() }).status === 0;
    const places: [what: string, args: (shop: Workshop) => string[], env: string, says: RegExp | undefined][] = [
      [
        "results",
        (shop) => shop.beginArgs("still/a"),
        "",
        /could not be written because the disk of [^\n]+ is read-only/,
      ],
      [
        "traces",
        (shop) => shop.compareArgs("still"),
        "",
        /could not be written because the disk of [^\n]+ is read-only/,
      ],
      ["caches", (shop) => shop.beginArgs("a"), "XDG_CACHE_HOME=still", undefined],
    ];
    for (const [what, args, env, says] of places)
      // Elsewhere a test may not have a disk of its own.
      (canMount ? it : it.skip)(
        says ? `its ${what} are refused with a sentence` : `its ${what} are done without`,
        async () => {
          const shop = open();
          const words = [process.execPath, path.resolve("dist/cli.cjs"), ...args(shop)].map((each) => `'${each}'`);
          const began = performance.now();
          const { status, stderr } = spawnSync(
            "unshare",
            ["-rm", "bash", "-c", `${mount} && ${env} ${words.join(" ")}`],
            {
              cwd: shop.folder,
              encoding: "utf8",
            },
          );
          record("read-only disks", { seconds: (performance.now() - began) / 1000 });
          if (says) assert.match(stderr, says);
          assert.equal(status, says ? 1 : 0, stderr);
          assert.doesNotMatch(stderr, /\n\s+at /);
        },
      );
  });

  for (const [what, stopped] of [
    ["blocked in a loop of its model", false],
    ["stopped, and goes on later", true],
  ] as const) {
    it(`its engine is ${what} when the host dies: it ends by itself`, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), "thoughtlens-looping-"));
      cpSync(TINY, folder, { recursive: true });
      const graph = path.join(folder, "onnx/model.onnx");
      writeFileSync(graph, OPEN_ENDED[0]![1](readFileSync(graph)));
      const model = JSON.stringify({ kind: "folder", path: folder });
      const host = new Watched([
        "-e",
        `const engine = require("node:child_process").fork(${JSON.stringify(path.resolve("dist/engine.cjs"))}, [], { execArgv: [] });
         let beats = 0;
         engine.on("message", ({ name }) => name === "heartbeat" && console.log("beat", ++beats));
         engine.send({ kind: "call", id: 1, method: "allowOpenEnded", params: { model: ${model} } });
         engine.send({ kind: "call", id: 2, method: "loadModel", params: { model: ${model} } });
         console.log("engine", engine.pid);`,
      ]);
      try {
        // Without a heartbeat for two seconds it is blocked.
        for (let seen = "", still = 0; still < 20; still = host.out === seen && seen !== "" ? still + 1 : 0) {
          seen = host.out;
          await pause(100);
        }
        const engine = Number(/engine (\d+)/.exec(host.out)![1]);
        if (stopped) process.kill(engine, "SIGSTOP");
        await host.kill();
        if (stopped) {
          await pause(300);
          process.kill(engine, "SIGCONT");
        }
        const began = performance.now();
        const left = await host.left();
        const seconds = (performance.now() - began) / 1000;
        record("host gone while its engine is blocked", { leaked: left.length, seconds });
        assert.deepEqual(left, []);
        assert.ok(seconds * 1000 < MOST_ALONE_MS);
      } finally {
        rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
      }
    });
  }
});
