/** Each strategy stands in one place: its id in its own file, everything said of it elsewhere generated from there. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { BASELINE, offeredIn, SCORED, STRATEGIES as CATALOGUE, strategyTitle } from "../../../src/core/catalogue";
import { catalogueText } from "../../../src/engine/catalogue/catalogueOf";
import { SCORING } from "../../../src/engine/scoring/scoring";
import { registered, STRATEGIES } from "../../../src/engine/strategies";

const root = path.resolve(import.meta.dirname, "../../..");

/** Exit rules have ids of their own, which the strategies that use one take over. */
const OWN_FILES = /^src\/(engine\/strategies|core\/exits)\//;
/** Folders of controls say what they were trained for, as those of models do: training/ writes both. */
const GENERATED = /\.generated\.json$|\.schema\.json$|^bench\/controls\//;
/** Ordinary words, as reasons for an exit and kinds of a switch: only beside a name for a strategy are they its id. */
const WORDS = ["budget", "probe", "effort"];

const quoted = (id: string) => new RegExp(`["'\`]${id}["'\`]`);
const named = (id: string) =>
  new RegExp(`\\b(strategy|strategies|id|by)\\w*["'\\]]?\\s*(?:[!=]==?|[:=])\\s*\\[?["'\`]${id}["'\`]`);

/** A line of code without its comments, and without the names of texts in prompts.json, which are no ids. */
const codeOf = (line: string): string => (/^\s*(\/?\*|\/\/)/.test(line) ? "" : line.replace(/prompts\[[^\]]*\]/g, ""));

const sources = ["src", "webview", "bench"].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => path.posix.join(folder, name.replaceAll("\\", "/")))
    .filter((name) => /\.(ts|mts|mjs|css|html|json)$/.test(name) && !GENERATED.test(name)),
);

describe("the id of a strategy", () => {
  for (const { id } of STRATEGIES) {
    const pattern = WORDS.includes(id) ? named(id) : quoted(id);
    it(`stands once: ${id}`, () => {
      const found = sources.filter((file) =>
        readFileSync(path.join(root, file), "utf8")
          .split("\n")
          .some((line) => pattern.test(codeOf(line))),
      );
      const own = found.filter((file) => OWN_FILES.test(file) && !file.endsWith("prompts.json"));
      assert.deepEqual(
        found.filter((file) => !OWN_FILES.test(file)),
        [],
      );
      assert.ok(own.length <= 1 || own.every((file) => file.startsWith("src/core/exits/")), own.join(", "));
    });
  }
});

describe("the catalogue of strategies", () => {
  it("is that of the registry (npm run generate)", () => {
    const file = path.join(root, "src/core/catalogue.generated.json");
    assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), JSON.parse(catalogueText()));
  });

  it("has one baseline, which every offered list begins with", () => {
    assert.equal(CATALOGUE.filter(({ role }) => role === "baseline").length, 1);
    for (const list of ["comparison", "benchmark"] as const) {
      const ids = offeredIn(list);
      assert.equal(ids[0], BASELINE);
      assert.ok(ids.length > 2);
      ids.forEach((id) => registered(id));
    }
  });

  it("names each strategy shortly and as none of the others", () => {
    assert.equal(new Set(CATALOGUE.map(({ name }) => name)).size, CATALOGUE.length);
    for (const { id, name, title, summary } of CATALOGUE) {
      assert.equal(strategyTitle(id), name);
      assert.ok(name.length <= 24 && title.length >= name.length - 4, id);
      assert.match(summary, /^\p{Lu}.*\.$/u);
    }
  });

  it("names scored traces, and those of strategies that it does not know", () => {
    assert.deepEqual([SCORED, strategyTitle(SCORED)], [SCORING.id, SCORING.name]);
    assert.deepEqual(["dynasor", "tree-of_thoughts"].map(strategyTitle), ["Dynasor", "Tree of thoughts"]);
  });

  it("records each sample from a file that is there", () => {
    for (const { id, sample } of CATALOGUE)
      if (sample) assert.ok(readFileSync(path.join(root, "media/samples", sample.prompt), "utf8"), id);
  });
});
