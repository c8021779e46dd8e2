import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const root = path.join(import.meta.dirname, "../../..");

describe("core", () => {
  it("runs anywhere: it and all it depends on bundle for a browser, without a built-in of Node", async function () {
    this.timeout(60_000);
    const core = path.join(root, "src/core");
    const files = readdirSync(core, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
    assert.ok(files.length > 40);
    const contents = files.map((name) => `export * as m${files.indexOf(name)} from "./${name}";`).join("\n");
    const options = { platform: "browser", format: "esm", bundle: true, write: false, logLevel: "silent" } as const;
    const { errors, warnings } = await build({ ...options, stdin: { contents, resolveDir: core } });
    assert.deepEqual([errors, warnings], [[], []]);
  });
});
