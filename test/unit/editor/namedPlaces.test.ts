import assert from "node:assert/strict";
import { SCORED } from "../../../src/core/catalogue";
import { namedPlaces } from "../../../src/editor/host/namedPlaces";

const own = { model: "pocket", options: { probe: { file: "/mine/probe.json" } }, home: "/home/me", kept: "/kept" };
const folder = { kind: "folder", path: "/home/ann/model" };

describe("what a request names that the person's settings do not", () => {
  const cases: [what: string, request: unknown, mine: Partial<typeof own>, asked: string[]][] = [
    ["the included family", { model: { kind: "pocket" } }, {}, []],
    ["a model of the hub", { model: { kind: "hub", id: "a/b" } }, {}, []],
    [
      "a folder that a relative setting leads to",
      { model: folder },
      { model: "./model" },
      ["model folder /home/ann/model"],
    ],
    ["a folder that the setting names", { model: folder }, { model: "/home/ann/model:q4" }, []],
    ["a folder of the home folder", { model: { ...folder, path: "/home/me/m" } }, { model: "~/m" }, []],
    [
      "a server that the setting does not name",
      { model: { kind: "server", url: "http://a" } },
      {},
      ["server http://a"],
    ],
    ["the server of the setting", { model: { kind: "server", url: "http://a" } }, { model: "http://a#m" }, []],
    [
      "a probe that a workspace names",
      { strategy: "probe", options: { file: "/home/ann/probe.json" } },
      {},
      ["file /home/ann/probe.json"],
    ],
    ["a probe that the person's options name", { strategy: "probe", options: { file: "/mine/probe.json" } }, {}, []],
    [
      "the same for another strategy",
      { strategy: "coconut", options: { probe: "/mine/probe.json" } },
      {},
      ["file /mine/probe.json"],
    ],
    [
      "a probe of a scoring",
      { options: { probe: "/a.json" } },
      { options: { [SCORED]: { probe: "/a.json" } } as never },
      [],
    ],
    ["a probe that was trained here", { strategy: "probe", options: { file: "/kept/a.json" } }, {}, []],
    ["a way out of where those are", { options: { probe: "/kept/../a.json" } }, {}, ["file /kept/../a.json"]],
    [
      "a classifier in a folder",
      { strategy: "sketch-of-thought", options: { router: "/home/ann/router" } },
      {},
      ["model folder /home/ann/router"],
    ],
    [
      "a classifier in a folder that is told relatively",
      { strategy: "sketch-of-thought", options: { router: "../router" } },
      {},
      ["model folder ../router"],
    ],
    ["a classifier of the hub", { strategy: "sketch-of-thought", options: { router: "a/b" } }, {}, []],
    ["the classifier that is included", { strategy: "sketch-of-thought", options: { router: "bundled" } }, {}, []],
    ["no file", { strategy: "probe", options: { file: "" } }, {}, []],
    ["options that are none", { strategy: "probe", options: 4 }, { options: { probe: [] as never } }, []],
    ["nothing", undefined, {}, []],
  ];
  for (const [what, request, mine, asked] of cases) {
    it(`${what}: ${asked.length === 0 ? "not asked" : "asked by name"}`, () => {
      const places = namedPlaces(request, { ...own, ...mine });
      assert.deepEqual(
        places.map(({ kind, name }) => `${kind} ${name}`),
        asked,
      );
    });
  }
});
