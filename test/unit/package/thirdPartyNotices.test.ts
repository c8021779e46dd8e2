/** Licence notices of a package: every bundled or shipped package with a text, and none without. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { root as project } from "../../harness/project.mjs";
import { noticesOf, packageFolders } from "../../harness/thirdPartyNotices.mjs";

describe("the packages that bundled files belong to", () => {
  for (const [title, file, folders] of [
    ["a plain one", "node_modules/zod/index.js", ["node_modules/zod"]],
    ["a scoped one", "node_modules/@a/b/dist/x.js", ["node_modules/@a/b"]],
    ["one inside another", "node_modules/a/node_modules/b/x.js", ["node_modules/a/node_modules/b"]],
    ["a path of Windows", "node_modules\\a\\x.js", ["node_modules/a"]],
    ["our own", "src/core/trace/trace.ts", []],
  ] as const) {
    it(title, () => assert.deepEqual(packageFolders([file]), folders));
  }

  it("are named once", () => {
    assert.deepEqual(packageFolders(["node_modules/b/1.js", "node_modules/a/1.js", "node_modules/b/2.js"]), [
      "node_modules/a",
      "node_modules/b",
    ]);
  });
});

describe("licence notices", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-notices-"));
    await writeFile(
      path.join(root, "LICENSE"),
      "MIT License\n\nCopyright (c) 2026 Us\n\nPermission is hereby granted\n",
    );
  });
  afterEach(() => rm(root, { recursive: true }));

  async function add(name: string, licence: string | undefined, files: Record<string, string> = {}): Promise<string> {
    const folder = path.join(root, "node_modules", name);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "package.json"), JSON.stringify({ name, version: "1.2.3", license: licence }));
    for (const [file, text] of Object.entries(files)) await writeFile(path.join(folder, file), text);
    return `node_modules/${name}`;
  }

  it("hold each package's own texts, its NOTICE too", async () => {
    const a = await add("a", "Apache-2.0", { "LICENSE.txt": "Apache text of a", NOTICE: "a contains b" });
    const notices = noticesOf([a], root);
    assert.match(notices, /^a 1\.2\.3, Apache-2\.0$/m);
    assert.match(notices, /Apache text of a\n\na contains b/);
  });

  it("say a text once that several packages share", async () => {
    const folders = [
      await add("a", "ISC", { LICENSE: "the same words" }),
      await add("@s/b", "ISC", { license: "the same words\n" }),
    ];
    const notices = noticesOf(folders, root);
    assert.equal(notices.split("the same words").length, 2);
    assert.match(notices, /^a 1\.2\.3, ISC\n@s\/b 1\.2\.3, ISC$/m);
  });

  it("give the words of the MIT licence to a package that only names it, and not our copyright", async () => {
    const notices = noticesOf([await add("a", "MIT")], root);
    assert.match(notices, /Copyright \(c\) the authors of a\n\nPermission is hereby granted/);
    assert.doesNotMatch(notices, /2026 Us/);
  });

  it("take the Apache licence from a package that brings it", async () => {
    const folders = [await add("a", "Apache-2.0"), await add("b", "Apache-2.0", { LICENSE: "Apache words" })];
    const notices = noticesOf(folders, root);
    assert.match(notices, /^a 1\.2\.3, Apache-2\.0\nb 1\.2\.3, Apache-2\.0$/m);
  });

  it("give both texts to a package under two licences", async () => {
    const folders = [await add("a", "Apache-2.0 AND MIT"), await add("b", "Apache-2.0", { LICENSE: "Apache words" })];
    assert.match(noticesOf(folders, root), /Apache words\n\nMIT License\n\nCopyright \(c\) the authors of a/);
  });

  for (const licence of ["GPL-3.0", "MIT AND GPL-3.0", undefined]) {
    it(`are refused where a package brings no text and says ${licence ?? "nothing"}`, async () => {
      const folder = await add("a", licence);
      assert.throws(() => noticesOf([folder], root), /a \(((MIT AND )?GPL-3\.0|no licence)\) brings no licence text/);
    });
  }

  it("can be given for the packages that are shipped as they are", () => {
    const notices = noticesOf(["node_modules/onnxruntime-node", "node_modules/onnxruntime-common"], project);
    assert.match(notices, /^onnxruntime-node \d/m);
    assert.match(notices, /^onnxruntime-common \d/m);
    assert.match(notices, /Permission is hereby granted/);
  });

  it("name what the native library contains, in the version that is shipped", () => {
    const notices = noticesOf(["node_modules/onnxruntime-node"], project);
    assert.match(notices, /Copyright \(c\) Microsoft Corporation/);
    for (const contained of ["Eigen", "protobuf", "abseil", "FlatBuffers", "nlohmann"])
      assert.match(notices, new RegExp(contained, "i"), contained);
  });

  it("are refused for a native library in a version whose notices are not here", async () => {
    const folder = await add("onnxruntime-node", "MIT");
    assert.throws(() => noticesOf([folder], root), /onnxruntime 1\.2\.3 contains are not here/);
  });
});
