import assert from "node:assert/strict";
import { STRATEGIES } from "../../../src/core/catalogue";

describe("the names of strategies", () => {
  it("are one for each, wherever it is named: what lists add stands behind it in brackets", () => {
    for (const { name, title } of STRATEGIES) {
      assert.ok(title.startsWith(name), `${title} is called ${name} elsewhere`);
      assert.match(title.slice(name.length), /^( \(.+\))?$/);
    }
  });

  it("are never shared", () => assert.equal(new Set(STRATEGIES.map(({ name }) => name)).size, STRATEGIES.length));
});
