import assert from "node:assert/strict";
import { SharedModel, type NamedModel } from "../../../src/cli/namedModels";
import { ActionableError } from "../../../src/core/protocol/rpc";
import type { ModelReference } from "../../../src/core/protocol/engineApi";

const place = (url: string): ModelReference => ({ kind: "server", url });
const urlOf = (reference: ModelReference) => (reference.kind === "server" ? reference.url : "");

describe("a model at several places", () => {
  const shared = () => new SharedModel({ references: [place("http://a"), place("http://b")] } as unknown as NamedModel);
  const quota = () => new ActionableError("server-quota", "The quota is used up.");

  it("is asked at another where a key has no quota left, and there no more", async () => {
    const model = shared();
    const asked: string[] = [];
    const ask = () =>
      model.use((reference) => {
        asked.push(urlOf(reference));
        return urlOf(reference) === "http://a" ? Promise.reject(quota()) : Promise.resolve("56");
      });
    assert.deepEqual([await ask(), await ask()], ["56", "56"]);
    assert.deepEqual(asked, ["http://a", "http://b", "http://b"]);
  });

  it("fails where no key has any", async () => {
    const asked: string[] = [];
    const all = shared().use((reference) => {
      asked.push(urlOf(reference));
      return Promise.reject(quota());
    });
    await assert.rejects(all, { code: "server-quota" });
    assert.equal(asked.length, 2);
  });
});
