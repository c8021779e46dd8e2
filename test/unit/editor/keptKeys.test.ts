/** Keys of servers as the editor keeps them: each server its own, under whatever address it is asked. */
import assert from "node:assert/strict";
import { KeptKeys, serversAmong } from "../../../src/editor/models/keptKeys";

function storage(before: Record<string, string> = {}) {
  const kept = new Map(Object.entries(before));
  return {
    kept,
    get: (name: string) => Promise.resolve(kept.get(name)),
    store: (name: string, value: string) => Promise.resolve(void kept.set(name, value)),
    delete: (name: string) => Promise.resolve(void kept.delete(name)),
  };
}

describe("the keys of servers", () => {
  const cases: [what: string, set: [url: string, key: string][], asked: string, key: string | undefined][] = [
    ["are those of the server that they were typed for", [["http://a:1", "k"]], "http://a:1", "k"],
    ["are found under its other addresses", [["http://a:1/v1", "k"]], "http://a:1/openai", "k"],
    ["go to no other port", [["http://a:1", "k"]], "http://a:2", undefined],
    ["go to no other host", [["http://a:1", "k"]], "http://b:1", undefined],
    ["do not leave encryption", [["https://a", "k"]], "http://a", undefined],
    ["are told apart", [["http://a:1", "k"], ["http://b:1", "l"]], "http://b:1", "l"], // prettier-ignore
    ["are replaced", [["http://a:1", "k"], ["http://a:1/v1", " l "]], "http://a:1", "l"], // prettier-ignore
    ["are forgotten by an empty one", [["http://a:1", "k"], ["http://a:1", " "]], "http://a:1", undefined], // prettier-ignore
  ];
  for (const [what, set, asked, key] of cases)
    it(what, async () => {
      const keys = new KeptKeys(storage());
      for (const [url, each] of set) await keys.set(url, each);
      assert.equal(await keys.of(asked), key);
    });

  it("of earlier versions are found, and replaced under the address that they were kept for", async () => {
    const secrets = storage({ "thoughtlens.serverKey:http://a:1/v1": "old" });
    const keys = new KeptKeys(secrets);
    assert.equal(await keys.of("http://a:1/v1"), "old");
    await keys.set("http://a:1/v1", "new");
    assert.equal(await keys.of("http://a:1/v1"), "new");
    await keys.set("http://a:1/v1", "");
    assert.equal(secrets.kept.size, 0);
  });

  it("are those of every server among the models that a person names", () => {
    const names = ["pocket", "http://a:1#m", "./mine", "http://b:1", "http://a:1#n", "owner/name"];
    assert.deepEqual(serversAmong(names), ["http://a:1", "http://b:1"]);
  });
});
