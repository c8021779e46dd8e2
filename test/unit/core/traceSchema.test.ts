import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { JsonSchema } from "../../../src/core/trace/jsonSchema";
import { traceEvent } from "../../../src/core/trace/trace";
import { traceJsonSchema, traceJsonSchemaText } from "../../../src/core/trace/traceSchema";

describe("trace.schema.json", () => {
  it("is up to date (npm run generate)", () => {
    const file = path.join(import.meta.dirname, "../../../src/core/trace/trace.schema.json");
    assert.equal(readFileSync(file, "utf8"), traceJsonSchemaText());
  });

  it("describes every event, and asks of a writer only what has no default", () => {
    const events = traceJsonSchema()["oneOf"] as JsonSchema[];
    assert.deepEqual(
      events.map(({ title }) => title),
      traceEvent.options.map((option) => option.shape.t.value),
    );
    for (const { title, description } of events) assert.match(description ?? "", /^[A-Z`].*\.$/, title);
    const tokens = events.find(({ title }) => title === "tokens")!;
    assert.deepEqual(tokens.required, ["t", "at", "text"]);
    assert.deepEqual(tokens.properties!["t"]!.const, "tokens");
  });
});
