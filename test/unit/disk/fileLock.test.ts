import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { whileNothingGoes } from "./refusedRemoval";
import { FileLocked, lockFile, removeDeadLock } from "../../../src/disk/fileLock";

const DEAD = JSON.stringify({ pid: 2 ** 30, host: hostname() });
/** Of a process whose number another has now. */
const REUSED = JSON.stringify({ pid: process.ppid, host: hostname(), birth: "an earlier start of this machine" });

describe("locks of files", () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "thoughtlens-lock-"));
    file = path.join(folder, "a.bench.jsonl");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("keep a file to one holder until it lets go", async () => {
    const lock = await lockFile(file);
    await assert.rejects(lockFile(file), (error: FileLocked) => error.holder?.pid === process.pid);
    await lock.release();
    await (await lockFile(file)).release();
    assert.equal(existsSync(`${file}.lock`), false);
  });

  it("of a process that is gone are taken over, by one of all that try", async () => {
    for (let round = 0; round < 20; round++) {
      await writeFile(`${file}.lock`, DEAD);
      const tries = await Promise.allSettled([lockFile(file), lockFile(file), lockFile(file)]);
      const got = tries.filter((each) => each.status === "fulfilled");
      assert.equal(got.length, 1);
      await got[0]!.value.release();
    }
  });

  const left: [what: string, lock: string, next?: string][] = [
    ["of a process whose number another has now", REUSED],
    ["that a process was killed over while it took them over", DEAD, DEAD],
    ["that a process whose number another has now was taking over", REUSED, REUSED],
  ];
  for (const [what, content, next] of left)
    it(`${what} are taken over, and nothing of them stays`, async () => {
      await writeFile(`${file}.lock`, content);
      if (next !== undefined) await writeFile(`${file}.lock.next`, next);
      const tries = await Promise.allSettled([lockFile(file), lockFile(file), lockFile(file)]);
      const [got, ...more] = tries.filter((each) => each.status === "fulfilled");
      assert.deepEqual(more, []);
      await got!.value.release();
      assert.deepEqual(await readdir(folder), []);
    });

  it("heed no clock: one that is being taken over by a process that runs is left to it", async () => {
    await writeFile(`${file}.lock`, DEAD);
    await writeFile(`${file}.lock.next`, JSON.stringify({ pid: process.ppid, host: hostname() }));
    await utimes(`${file}.lock.next`, 0, 0);
    await assert.rejects(lockFile(file), FileLocked);
  });

  it("that cannot be removed fail nothing that was done under them", async () => {
    const lock = await lockFile(file);
    await whileNothingGoes(() => lock.release());
    assert.equal(existsSync(`${file}.lock`), true);
  });

  const foreign: [what: string, content: string][] = [
    ["of another machine", JSON.stringify({ pid: 1, host: "elsewhere" })],
    ["that cannot be read", "{"],
    ["of a process that runs", JSON.stringify({ pid: process.ppid, host: hostname() })],
  ];
  for (const [what, content] of foreign)
    it(`${what} hold`, async () => {
      await writeFile(`${file}.lock`, content);
      await assert.rejects(lockFile(file), FileLocked);
      assert.equal(await removeDeadLock(file), false);
    });

  it("go with a process that ends by itself, and are dead after one that is killed", async () => {
    for (const end of ["exit", "kill"] as const) {
      const script = path.join(folder, `${end}.mts`);
      const module = path.resolve("src/disk/fileLock.ts");
      const last = end === "exit" ? "process.exit(0)" : "setInterval(() => undefined, 1000); process.send('held')";
      await writeFile(
        script,
        `const { lockFile } = await import(${JSON.stringify(module)}); await lockFile(${JSON.stringify(file)}); ${last};`,
      );
      const child = fork(script, { execArgv: ["--import", "tsx"], cwd: path.resolve(".") });
      if (end === "kill") {
        await once(child, "message");
        child.kill("SIGKILL");
      }
      await once(child, "exit");
      assert.equal(existsSync(`${file}.lock`), end === "kill");
    }
    assert.equal(await removeDeadLock(file), true);
  }).timeout(60_000);
});
