import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const WEBVIEW = path.resolve(import.meta.dirname, "../../../webview");

describe("style sheets of the webview", () => {
  it("are all imported by its entry, so that none is left out of the bundle", () => {
    const sheets = readdirSync(WEBVIEW, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".css"))
      .map((name) => `./${name.replaceAll("\\", "/")}`);
    const entry = readFileSync(path.join(WEBVIEW, "main.ts"), "utf8");
    const imported = [...entry.matchAll(/import "(.*\.css)";/g)].map(([, name]) => name);
    assert.deepEqual(imported.toSorted(), sheets.toSorted());
  });
});
