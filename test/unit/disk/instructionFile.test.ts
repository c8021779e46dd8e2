/** Instructions in files: read where they are sound, refused in one sentence where not. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { ActionableError } from "../../../src/core/protocol/rpc";
import { withInstructionText } from "../../../src/disk/instructionFile";

describe("an instruction in a file", () => {
  let root: string;
  let folder: string;
  before(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-instruction-"));
    folder = path.join(root, "prompts");
    await mkdir(path.join(folder, "inside"), { recursive: true });
    await writeFile(path.join(folder, "own.txt"), "\ufeffThink in rhymes.\n");
    await writeFile(path.join(folder, "inside", "own.md"), "Ünïcode.");
    await writeFile(path.join(folder, "empty.txt"), " \n");
    await writeFile(path.join(folder, "large.txt"), "x".repeat(20_001));
    await writeFile(path.join(folder, "huge.txt"), Buffer.alloc(90_000, 120));
    await writeFile(path.join(folder, "binary"), Buffer.from([0x50, 0, 0x51]));
    await writeFile(path.join(folder, "latin"), Buffer.from([0x66, 0xfc, 0x72]));
    await writeFile(path.join(root, "secret.txt"), "A secret.");
    if (process.platform !== "win32") {
      await symlink(path.join(root, "secret.txt"), path.join(folder, "link.txt"));
      execFileSync("mkfifo", [path.join(folder, "pipe")]);
    }
  });
  after(() => rm(root, { recursive: true }));

  const textOf = async (instruction: unknown, isBound = false) =>
    (await withInstructionText({ instruction, topK: 3 }, { folder, isBound })).instruction;

  const READ: [instruction: unknown, isBound: boolean, text: unknown][] = [
    ["@own.txt", false, "Think in rhymes."],
    ["@own.txt", true, "Think in rhymes."],
    [" @inside/own.md ", true, "Ünïcode."],
    ["@../secret.txt", false, "A secret."],
    ["none", false, "none"],
    ["mail me @ home", false, "mail me @ home"],
    ["@ is a sign", false, "@ is a sign"],
    [undefined, false, undefined],
  ];
  for (const [instruction, isBound, text] of READ)
    it(`${JSON.stringify(instruction)}${isBound ? " of a prompt file" : ""}`, async () =>
      assert.equal(await textOf(instruction, isBound), text));

  const REFUSED: [name: string, code: string, isBound?: boolean][] = [
    ["@nowhere.txt", "instruction-missing"],
    ["@inside", "instruction-unreadable"],
    ["@empty.txt", "instruction-empty"],
    ["@large.txt", "instruction-large"],
    ["@huge.txt", "instruction-large"],
    ["@binary", "instruction-unreadable"],
    ["@latin", "instruction-unreadable"],
    ["@../secret.txt", "instruction-outside", true],
    ["@.", "instruction-outside", true],
    ...(process.platform === "win32"
      ? []
      : ([
          ["@pipe", "instruction-unreadable"],
          ["@link.txt", "instruction-outside", true],
        ] as [string, string, boolean?][])),
  ];
  for (const [name, code, isBound = false] of REFUSED)
    it(`${name} is refused: ${code}`, () =>
      assert.rejects(textOf(name, isBound), (error: ActionableError) => error.code === code && Boolean(error.action)));
});
