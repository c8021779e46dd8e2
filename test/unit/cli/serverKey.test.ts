import assert from "node:assert/strict";
import { keyFor, takeServerKey } from "../../../src/cli/serverKey";

describe("the key in the environment", () => {
  const cases: [what: string, env: Record<string, string>, named: string[], url: string, gets: boolean][] = [
    ["goes to the server that --model names", {}, ["http://a:1"], "http://a:1", true],
    ["on any path of it", {}, ["http://a:1/v1#m"], "http://a:1/other", true],
    ["not to another port", {}, ["http://a:1"], "http://a:2", false],
    ["not to the same host without encryption", {}, ["https://a"], "http://a", false],
    ["not to a second server", {}, ["pocket", "http://a:1", "http://b:1"], "http://b:1", false],
    ["goes to every server of a list that is one model", {}, ["pocket", "http://a:1,http://b:1#m"], "http://b:1", true],
    ["and to the first of it", {}, ["http://a:1, http://b:1"], "http://a:1/v1", true],
    ["not to another port of a list's host", {}, ["http://a:1,http://b:1"], "http://b:2", false],
    ["not to the list of a second model", {}, ["http://a:1", "http://b:1,http://c:1"], "http://c:1", false],
    ["not to a server beside what is no list of servers", {}, ["pocket,http://b:1"], "http://b:1", false],
    [
      "goes to all that THOUGHTLENS_SERVER lists",
      { THOUGHTLENS_SERVER: "http://b:1,http://c:1" },
      [],
      "http://c:1",
      true,
    ],
    ["not to one that only a file names", {}, ["pocket"], "http://a:1", false],
    ["goes to THOUGHTLENS_SERVER", { THOUGHTLENS_SERVER: "http://b:1/v1" }, ["http://a:1"], "http://b:1", true],
    ["and then to no other", { THOUGHTLENS_SERVER: "http://b:1/v1" }, ["http://a:1"], "http://a:1", false],
    ["goes nowhere where it is blank", { THOUGHTLENS_SERVER_KEY: " " }, ["http://a:1"], "http://a:1", false],
  ];
  for (const [what, more, named, url, gets] of cases) {
    it(what, () => {
      const env: Record<string, string> = { THOUGHTLENS_SERVER_KEY: "sk-1", ...more };
      const known = takeServerKey(env, named);
      assert.equal(keyFor(url, known), gets ? "sk-1" : undefined);
      assert.ok(!("THOUGHTLENS_SERVER_KEY" in env));
    });
  }

  it("is not there, and nothing is said", () => {
    assert.equal(takeServerKey({ THOUGHTLENS_SERVER: "nonsense" }, ["http://a:1"]), undefined);
  });

  it("is refused where THOUGHTLENS_SERVER names no server, which is not repeated", () => {
    const env = { THOUGHTLENS_SERVER_KEY: "sk-1", THOUGHTLENS_SERVER: "sk-2" };
    assert.throws(() => takeServerKey(env, []), /^(?!.*sk-)/);
  });
});
