import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const FOLDER = path.resolve(".cache/test/watchdog");

/** A process that is watched and does `work`, as its own process does. */
async function watched(work: string, options = "{ prefix: 'ended: ' }") {
  const file = path.join(FOLDER, "watched.cjs");
  writeFileSync(
    file,
    `const { Watchdog } = require("./watchdog.cjs");
     const dog = new Watchdog(require("node:path").join(__dirname, "watchdogThread.cjs"), ${options});
     const block = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
     const fill = () => { const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1)); };
     // The thread needs a moment to start.
     setTimeout(async () => { ${work} }, 300);`,
  );
  const started = performance.now();
  const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.on("data", (part: Buffer) => (out += String(part)));
  child.stderr.on("data", (part: Buffer) => (err += String(part)));
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { code, signal, out, err, ms: performance.now() - started };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("the watchdog", function () {
  this.timeout(60_000);
  before(async () => {
    mkdirSync(FOLDER, { recursive: true });
    await build({
      entryPoints: ["src/engine/watchdog/watchdog.ts", "src/engine/watchdog/watchdogThread.ts"],
      outdir: FOLDER,
      outExtension: { ".js": ".cjs" },
      bundle: true,
      platform: "node",
      format: "cjs",
    });
  });

  it("ends a process that blocks past its deadline, and says what it was doing", async () => {
    const { signal, err, ms } = await watched(`dog.guard({ what: "Loading a.onnx", ms: 500 }); block(20_000);`);
    assert.equal(signal, "SIGKILL");
    assert.equal(err, "ended: Loading a.onnx took longer than 0.5 s.\n");
    assert.ok(ms < 10_000);
  });

  it("ends a process that takes more memory than it may", async () => {
    const { signal, err } = await watched(
      `dog.guard({ what: "Reading t.json", ms: 20_000, bytes: 200 * 2 ** 20 }); fill();`,
    );
    assert.equal(signal, "SIGKILL");
    assert.equal(err, "ended: Reading t.json took more than 200 MiB.\n");
  });

  it("lets be what keeps its limits, and holds the strictest of several", async () => {
    const { code, err } = await watched(
      `const [a, b] = [dog.guard({ what: "A", ms: 5000 }), dog.guard({ what: "B", ms: 1000 })];
       b(); a(); a();
       block(1500);
       process.exit(0);`,
    );
    assert.deepEqual([code, err], [0, ""]);
    const strict = await watched(
      `dog.guard({ what: "Outer", ms: 400 }); dog.guard({ what: "Inner", ms: 9000 }); block(20_000);`,
    );
    assert.match(strict.err, /^ended: Outer took longer/);
  });

  it("ends a blocked process whose parent is gone", async () => {
    // The parent starts it, tells its number, and is killed while the child blocks.
    const file = path.join(FOLDER, "left.cjs");
    writeFileSync(
      file,
      `const { Watchdog } = require("./watchdog.cjs");
       new Watchdog(require("node:path").join(__dirname, "watchdogThread.cjs"), { parent: process.ppid, prefix: "" });
       setTimeout(() => { process.stdout.write("blocking"); for (;;); }, 300);`,
    );
    const parent = spawn(process.execPath, [
      "-e",
      `const child = require("node:child_process").spawn(process.execPath, [${JSON.stringify(file)}], { stdio: ["ignore", "pipe", "inherit"] });
       child.stdout.once("data", () => process.stdout.write(String(child.pid)));`,
    ]);
    const [pid] = (await once(parent.stdout, "data")) as [Buffer];
    parent.kill("SIGKILL");
    const started = performance.now();
    while (isRunning(Number(pid)) && performance.now() - started < 10_000)
      await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(!isRunning(Number(pid)));
  });

  it("keeps no process that has nothing left to do", async () => {
    assert.equal((await watched("")).code, 0);
  });
});
