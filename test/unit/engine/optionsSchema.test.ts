import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import manifest from "../../../package.json";
import type { JsonSchema } from "../../../src/core/trace/jsonSchema";
import { strategyOptionsSchema, strategyOptionsSchemaText } from "../../../src/engine/catalogue/optionsSchema";
import { optionNames, strategyInfos } from "../../../src/engine/strategies";

describe("the schema of strategies' options", () => {
  const setting = strategyOptionsSchema().properties!["thoughtlens.strategyOptions"]!;

  it("is up to date (npm run generate)", () => {
    const file = path.join(import.meta.dirname, "../../../src/engine/catalogue/strategyOptions.schema.json");
    assert.equal(readFileSync(file, "utf8"), strategyOptionsSchemaText());
  });

  it("knows every strategy with every option, and says what each is for", () => {
    const { definitions } = strategyOptionsSchema() as { definitions: Record<string, JsonSchema> };
    for (const { id } of strategyInfos()) {
      const { properties, description } = setting.properties![id]!;
      assert.match(description ?? "", /^[A-Z].*\.$/, id);
      assert.deepEqual(Object.keys(properties!).sort(), optionNames(id).sort());
      for (const [name, option] of Object.entries(properties!)) {
        const shared = /^#\/definitions\/(\w+)$/.exec(String(option["$ref"]))?.[1];
        assert.match((shared ? definitions[shared]! : option).description ?? "", /\.$/, `${id} ${name}`);
      }
    }
  });

  it("has the strategies that the settings offer", () => {
    const { properties } = manifest.contributes.configuration;
    const { enum: ids, enumDescriptions } = properties["thoughtlens.strategy"];
    assert.deepEqual(
      ids.map((id, index) => [id, enumDescriptions[index]]),
      strategyInfos().map(({ id, summary }) => [id, summary]),
    );
  });
});
