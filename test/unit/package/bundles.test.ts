/** The bundles of the package: how large they are, that their parts are there and load, and that they do what the source does. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { seededRandom } from "../../../src/core/measure/random";
import type { ProbeQuestion } from "../../../src/engine/training/examples";
import type * as training from "../../../src/engine/training/probeTraining";
import { trainProbe } from "../../../src/engine/training/probeTraining";
import { root } from "../../harness/project.mjs";

const run = promisify(execFile);
const FOLDER = path.resolve(".cache/test/bundles");
const DIST = path.join(FOLDER, "dist");
const PART = /\brequire\("\.\/([^"]+)"\)/g;

const PROMPT = path.resolve("media/samples/cups.prompty");

describe("bundles", function () {
  this.timeout(60_000);
  let names: string[];
  before(async () => {
    await rm(FOLDER, { recursive: true, force: true });
    await mkdir(FOLDER, { recursive: true });
    await run(process.execPath, ["esbuild.config.mjs", "--production", "--into", DIST], { cwd: root });
    await symlink(path.resolve("models"), path.join(FOLDER, "models"), "junction");
    names = (await readdir(DIST)).filter((name) => name.endsWith(".cjs"));
  });

  const textOf = (name: string) => readFile(path.join(DIST, name), "utf8");
  const partsOf = async (name: string) => [...(await textOf(name)).matchAll(PART)].map(([, part]) => part!);

  /** A bundle with everything that it may ever load, as file names. */
  async function withParts(name: string, known = new Set<string>()): Promise<Set<string>> {
    if (known.has(name)) return known;
    known.add(name);
    for (const part of await partsOf(name)) await withParts(part, known);
    return known;
  }
  async function megabytes(files: Iterable<string>): Promise<number> {
    let sum = 0;
    for (const name of files) sum += (await stat(path.join(DIST, name))).size;
    return sum / 1e6;
  }

  it("are small: the engine under 3 MB, the command line under 0.6 MB beside it, those of the editor under 1.1 MB", async () => {
    const engine = await withParts("engine.cjs");
    const cli = [...(await withParts("cli.cjs"))].filter((name) => !engine.has(name));
    assert.ok((await megabytes(engine)) < 3, `${await megabytes(engine)} MB`);
    assert.ok((await megabytes(cli)) < 0.6, `${await megabytes(cli)} MB`);
    for (const name of ["extension.cjs", "importWorker.cjs", "background.cjs", "watchdog.cjs"])
      assert.ok((await megabytes(await withParts(name))) < 1.1, `${name} ${await megabytes(await withParts(name))} MB`);
  });

  it("have all their parts, and no part that nobody asks for", async () => {
    const asked = new Set((await Promise.all(names.map(partsOf))).flat());
    const entries = ["extension", "importWorker", "background", "engine", "watchdog", "cli"].map(
      (name) => `${name}.cjs`,
    );
    assert.deepEqual(new Set(names), new Set([...asked, ...entries]));
  });

  it("name what of other people's is in them", async () => {
    const bundled = JSON.parse(await textOf("bundled.json")) as string[];
    const packages = new Set(bundled.map((file) => /^node_modules\/((@[^/]+\/)?[^/]+)/.exec(file)?.[1]));
    for (const name of ["zod", "@tensorflow/tfjs-core", "@huggingface/transformers", "d3-scale"])
      assert.ok(packages.has(name), name);
    for (const name of ["node-fetch", "onnxruntime-web", "sharp"]) assert.ok(!packages.has(name), name);
  });

  it("load what is seldom needed when it is needed", async () => {
    const seldom = names.filter((name) => /transformers|probeTraining/.test(name));
    assert.equal(seldom.length, 2);
    const list = "console.log(JSON.stringify(Object.keys(require.cache)))";
    const script = `process.argv.push("cli.cjs", "models"); process.on("exit", () => ${list}); require("./cli.cjs");`;
    const { stdout } = await run(process.execPath, ["-e", script], { cwd: DIST });
    assert.match(stdout, /^pocket:base\b/m);
    const loaded = (JSON.parse(stdout.trim().split("\n").at(-1)!) as string[]).map((file) => path.basename(file));
    assert.ok(loaded.includes("cli.cjs"));
    for (const name of seldom) assert.ok(!loaded.includes(name), name);
  });

  it("switch the runtime's telemetry off before they load it", async () => {
    const watch = path.join(FOLDER, "watch.cjs");
    await writeFile(
      watch,
      `const Module = require("node:module");
       const load = Module._load;
       delete process.env.ORT_DISABLE_TELEMETRY;
       Module._load = function (name, ...rest) {
         if (name === "onnxruntime-node") console.log("telemetry off:", process.env.ORT_DISABLE_TELEMETRY);
         return load.call(this, name, ...rest);
       };`,
    );
    const { stdout } = await run(process.execPath, ["-r", watch, "cli.cjs", "models"], { cwd: DIST });
    assert.match(stdout, /^telemetry off: 1$/m);
  });

  it("ask servers without the native runtime, and say what is missing for a model of this machine", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-no-runtime-"));
    await cp(DIST, path.join(folder, "dist"), { recursive: true });
    await cp(path.resolve("models"), path.join(folder, "models"), { recursive: true });
    const command = (...args: string[]) =>
      run(process.execPath, ["dist/cli.cjs", "run", PROMPT, "--model", ...args], {
        cwd: folder,
      }).then(
        () => "",
        ({ stderr }: { stderr: string }) => stderr,
      );
    const local = await command("pocket:base");
    assert.match(
      local,
      /This package of Thoughtlens brings no engine for \w+-\w+: local models cannot run\. Choose a server/,
    );
    assert.match(await command("http://127.0.0.1:9"), /127\.0\.0\.1:9/);
    await rm(folder, { recursive: true });
  });

  it("train the probe that the source trains", async () => {
    const part = names.find((name) => name.includes("probeTraining"))!;
    const bundled = createRequire(path.join(DIST, "x.cjs"))(`./${part}`) as typeof training;
    const random = seededRandom(3);
    const questions = Array.from({ length: 20 }, (): ProbeQuestion => {
      const examples = Array.from({ length: 3 }, (_, at) => {
        const right = random() < at / 2;
        return { state: Float32Array.from({ length: 6 }, () => random() + (right ? 0.3 : 0)), right, at };
      });
      return { examples, thinking: 30, correct: true };
    });
    const grid = { rates: [1e-2], widths: [0, 4], weightDecays: [1e-3], alphas: [1] };
    const options = { seed: 1, grid };
    assert.deepEqual(await bundled.trainProbe(questions, options), await trainProbe(questions, options));
  });
});
