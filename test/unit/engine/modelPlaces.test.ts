import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { sourceOf, pocketMembers } from "../../../src/engine/models/modelPlaces";

describe("the included family", () => {
  let pocket: string;
  before(async () => {
    pocket = await mkdtemp(path.join(tmpdir(), "thoughtlens-pocket-"));
    const members: [string, object][] = [
      ["softcot", { methods: { softcot: {} } }],
      ["base", { methods: { inftythink: {} } }],
      ["coconut", { methods: { coconut: { steps: 6 } } }],
    ];
    for (const [name, manifest] of members) {
      await mkdir(path.join(pocket, name));
      await writeFile(path.join(pocket, name, "config.json"), "{}");
      await writeFile(path.join(pocket, name, "thoughtlens.json"), JSON.stringify(manifest));
    }
    await mkdir(path.join(pocket, "not-a-model"));
  });
  after(() => rm(pocket, { recursive: true, force: true }));

  it("is listed with what each member was trained for, the base first", async () => {
    assert.deepEqual(
      (await pocketMembers(pocket)).map(({ name, strategies }) => [name, ...strategies]),
      [
        ["base", "inftythink"],
        ["coconut", "coconut"],
        ["softcot", "softcot"],
      ],
    );
    assert.deepEqual(await pocketMembers(path.join(pocket, "nowhere")), []);
  });

  it("runs a strategy on the member that was trained for it, else on the base", async () => {
    const member = async (method: string | undefined) =>
      ((await sourceOf({ kind: "pocket" }, pocket, method)) as { id?: string }).id;
    assert.equal(await member("softcot"), "pocket:softcot");
    assert.equal(await member("lightthinker"), "pocket:base");
    assert.equal(await member(undefined), "pocket:base");
  });

  it("is found by the names of its members and by their folders", async () => {
    const named = await sourceOf({ kind: "pocket", member: "coconut" }, pocket, "softcot");
    assert.deepEqual(named, { kind: "folder", folder: path.join(pocket, "coconut"), id: "pocket:coconut" });
    assert.deepEqual(await sourceOf({ kind: "folder", path: path.join(pocket, "coconut") }, pocket), named);
  });

  it("has no members outside its folder", async () => {
    for (const member of ["..", "../..", "a/b", ""])
      await assert.rejects(sourceOf({ kind: "pocket", member }, pocket), { code: "model-name" }, member);
  });
});
