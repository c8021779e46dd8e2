import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { removeLeftParts, setAside } from "../../../src/disk/wholeFile";

describe("a file that is set aside", () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "thoughtlens-aside-"));
    file = path.join(folder, "a.thoughts.jsonl");
    await writeFile(file, "one\n");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const listed = async () => (await readdir(folder)).filter((name) => name.endsWith(".thoughts.jsonl"));

  it("is in no list, and comes back as it was", async () => {
    const aside = await setAside(file);
    assert.deepEqual(await listed(), []);
    assert.equal(await aside!.putBack(), true);
    assert.equal(await readFile(file, "utf8"), "one\n");
    assert.deepEqual(await readdir(folder), ["a.thoughts.jsonl"]);
  });

  it("does not come back over another file of its name", async () => {
    const aside = await setAside(file);
    await writeFile(file, "two\n");
    assert.equal(await aside!.putBack(), false);
    assert.equal(await readFile(file, "utf8"), "two\n");
  });

  it("is gone for good once it is removed", async () => {
    const aside = await setAside(file);
    await aside!.remove();
    assert.deepEqual(await readdir(folder), []);
    assert.equal(await aside!.putBack(), false);
  });

  it("stays while its process lives, and is cleared away after it", async () => {
    await setAside(file);
    await removeLeftParts(folder, await readdir(folder));
    const name = (await readdir(folder))[0]!;
    assert.ok(name.endsWith(`.${process.pid}.part`));
    const left = name.replace(`.${process.pid}.part`, ".999999999.part");
    await writeFile(path.join(folder, left), "of a process that is no more");
    await removeLeftParts(folder, await readdir(folder));
    assert.deepEqual(await readdir(folder), [name]);
  });

  it("is nothing where there is no such file", async () => {
    assert.equal(await setAside(path.join(folder, "none")), undefined);
  });
});
