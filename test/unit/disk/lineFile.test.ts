import assert from "node:assert/strict";
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
  type FileHandle,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { diskError } from "../../../src/disk/diskError";
import { LineFile } from "../../../src/disk/lineFile";
import { whileNothingGoes } from "./refusedRemoval";
import { createFile, removeLeftParts, replaceFile } from "../../../src/disk/wholeFile";

/** The superuser is refused nothing: what it does is done as an account without rights of its own. */
async function asAnybody<T>(act: () => Promise<T>): Promise<T> {
  const isSuperuser = process.geteuid?.() === 0;
  if (isSuperuser) process.seteuid!(65_534);
  try {
    return await act();
  } finally {
    if (isSuperuser) process.seteuid!(0);
  }
}

describe("files of lines", () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "thoughtlens-lines-"));
    file = path.join(folder, "a.jsonl");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("begin with their first lines, and leave nothing else behind", async () => {
    const lines = await LineFile.create(file, "1\n");
    await lines.append("2\n");
    await lines.close();
    assert.equal(await readFile(file, "utf8"), "1\n2\n");
    assert.deepEqual(await readdir(folder), ["a.jsonl"]);
  });

  it("are not made where something stands, but for a file of no bytes", async () => {
    await writeFile(file, "mine");
    await assert.rejects(LineFile.create(file, "1\n"), { code: "EEXIST" });
    assert.equal(await readFile(file, "utf8"), "mine");
    assert.deepEqual(await readdir(folder), ["a.jsonl"]);
    await writeFile(file, "");
    await (await LineFile.create(file, "1\n")).close();
    assert.equal(await readFile(file, "utf8"), "1\n");
  });

  it("are closed where they cannot be looked at once they are open", async () => {
    await writeFile(file, "1\n");
    const probe = await open(file);
    const prototype = Object.getPrototypeOf(probe) as FileHandle;
    await probe.close();
    const { stat } = prototype;
    const looked: FileHandle[] = [];
    prototype.stat = function (this: FileHandle) {
      looked.push(this);
      return Promise.reject(new Error("no"));
    } as typeof stat;
    try {
      await assert.rejects(LineFile.open(file), /no/);
      await assert.rejects(LineFile.create(path.join(folder, "b.jsonl"), "1\n"), /no/);
    } finally {
      prototype.stat = stat;
    }
    assert.deepEqual(
      looked.map(({ fd }) => fd),
      [-1, -1],
    );
  });

  it("go on behind a line that was cut", async () => {
    await writeFile(file, "1\n2");
    const lines = await LineFile.open(file);
    await lines.append("3\n");
    await lines.close();
    assert.equal(await readFile(file, "utf8"), "1\n2\n3\n");
  });

  const absences: [what: string, leave: () => Promise<void>][] = [
    ["deleted", () => rm(file)],
    ["moved", () => rename(file, path.join(folder, "b.jsonl"))],
    [
      "replaced",
      async () => {
        await rm(file);
        await writeFile(file, "mine");
      },
    ],
    ["taken away with its folder", () => rm(folder, { recursive: true })],
  ];
  for (const [what, leave] of absences)
    it(`notice with the next line that they were ${what}`, async () => {
      const lines = await LineFile.create(file, "1\n");
      await leave();
      await assert.rejects(lines.append("2\n"), { code: "EGONE" });
      await lines.close();
    });

  it("of killed processes are swept away where they were never whole", async () => {
    const dead = `.a.jsonl.1.${2 ** 30}.part`;
    const mine = `.a.jsonl.1.${process.pid}.part`;
    for (const name of [dead, mine, "notes.part"]) await writeFile(path.join(folder, name), "1");
    await removeLeftParts(folder, await readdir(folder));
    assert.deepEqual((await readdir(folder)).sort(), [mine, "notes.part"].sort());
  });

  it("clear away with the first of a process what killed ones left in their folder", async () => {
    const other = path.join(folder, "other");
    await mkdir(other);
    await writeFile(path.join(other, `.b.jsonl.3.${2 ** 30}.part`), "1");
    await (await LineFile.create(path.join(other, "a.jsonl"), "1\n")).close();
    assert.deepEqual(await readdir(other), ["a.jsonl"]);
  });

  it("are there although their other name cannot be removed", async () => {
    const lines = await whileNothingGoes(() => LineFile.create(file, "1\n"));
    await lines.append("2\n");
    await lines.close();
    assert.equal(await readFile(file, "utf8"), "1\n2\n");
  });

  it("replace what was there as a whole", async () => {
    await replaceFile(path.join(folder, "new", "b"), "1");
    await replaceFile(path.join(folder, "new", "b"), "2");
    assert.equal(await readFile(path.join(folder, "new", "b"), "utf8"), "2");
    assert.deepEqual(await readdir(path.join(folder, "new")), ["b"]);
  });

  describe("that the system refuses", () => {
    beforeEach(() => chmod(folder, 0o755));

    const refused: [what: string, place: () => Promise<string>, code: RegExp, sentence: RegExp][] = [
      [
        "a folder where a file stands",
        async () => {
          await writeFile(file, "mine");
          return path.join(file, "b.jsonl");
        },
        /^results-(enotdir|eexist)$/,
        /is a file and no folder|is there already/,
      ],
      ["a name that is too long", async () => path.join(folder, "x".repeat(300)), /^results-enametoolong$/, /too long/],
      [
        "a folder that may not be written to",
        async () => {
          const closed = path.join(folder, "closed");
          await mkdir(closed);
          await chmod(closed, 0o555);
          return path.join(closed, "b.jsonl");
        },
        /^results-eacces$/,
        /closed may not be written to/,
      ],
    ];
    for (const [what, place, code, sentence] of refused)
      it(`say why, and what helps: ${what}`, async () => {
        const target = await place();
        const refusal = await asAnybody(() => createFile(target, "1\n")).then(
          () => assert.fail("nothing was refused"),
          (reason: unknown) => reason,
        );
        const words = { what: "The results", code: "results", elsewhere: "name another place" };
        const error = diskError(refusal, target, words);
        assert.match(error.code, code);
        assert.match(error.message, sentence);
        assert.match(error.action!, /name another place.*\.$/i);
      });
  });
});
