/** Options as a person edits them: what is shown of each, what may be typed, and what is said of what may not. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { JsonSchema } from "../../../src/core/trace/jsonSchema";
import {
  boundsWords,
  choicesOf,
  fits,
  optionRows,
  readValue,
  valueText,
  valueWords,
} from "../../../src/editor/runs/optionForm";

const numeric: JsonSchema = { type: "number", minimum: 0, maximum: 1, default: 0.95, description: "From here on." };
const whole: JsonSchema = { type: "integer", minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
const choice: JsonSchema = { type: "string", enum: ["line", "paragraph"], default: "line" };
const text: JsonSchema = { type: "string", maxLength: 8 };
const texts: JsonSchema = { type: "array", minItems: 1, items: { type: "string" }, default: ["Wait", "But", "So"] };
const places: JsonSchema = { type: "array", items: { type: "string", enum: ["line", "paragraph"] } };
const variables: JsonSchema = {
  type: "object",
  propertyNames: { type: "string" },
  additionalProperties: { type: ["string", "number", "boolean"] },
};

describe("the form of a strategy's options", () => {
  it("shows the value of the next run and where it comes from", () => {
    const properties = { threshold: numeric, patience: whole, at: choice, stop: texts };
    const rows = optionRows({ properties }, [
      ["this prompt", { threshold: 0.5 }],
      ["settings", { threshold: 0.7, at: "paragraph" }],
    ]);
    assert.deepEqual(rows.map(valueWords), [
      "0.5 · this prompt",
      "as the model or the strategy decides · default",
      "paragraph · settings",
      '["Wait","But","So"] · default',
    ]);
    assert.equal(rows[0]!.description, "From here on.");
  });

  const typed: [what: string, schema: JsonSchema, text: string, value: unknown][] = [
    ["a number", numeric, "0.5", 0.5],
    ["a number at its bound", numeric, "1", 1],
    ["a whole number", whole, " 3 ", 3],
    ["a text as it stands", text, "1", "1"],
    ["a text with a line break", text, "\\n\\nWait", "\n\nWait"],
    ["a text with a backslash", text, "\\\\boxed", "\\boxed"],
    ["nothing, which is a text", text, "", ""],
    ["a list", texts, '["Wait", "Hmm"]', ["Wait", "Hmm"]],
    ["names and values", variables, '{"enable_thinking": false}', { enable_thinking: false }],
  ];
  for (const [what, each, said, value] of typed)
    it(`takes ${what}`, () => assert.deepEqual(readValue(each, said), { value }));

  const refused: [what: string, schema: JsonSchema, text: string, problem: string][] = [
    ["a number that is too large", numeric, "1.5", "It takes a number from 0 to 1."],
    ["no number", numeric, "much", "It takes a number from 0 to 1."],
    ["nothing where a number stands", numeric, "", "It takes a number from 0 to 1."],
    ["half a step", whole, "1.5", "It takes a whole number from 1."],
    ["a text that is too long", text, "123456789", "It takes a text of at most 8 characters; \\n is a line break."],
    ["a list of none", texts, "[]", 'It takes a list of 1 or more texts in JSON, as ["Wait","But"].'],
    ["a text where a list stands", texts, "Wait", 'It takes a list of 1 or more texts in JSON, as ["Wait","But"].'],
    ["a place that is none", places, '["word"]', 'It takes a list of these: line, paragraph, in JSON, as ["line"].'],
    ["a variable that is a list", variables, '{"a": []}', 'It takes names and values in JSON, as {"name": true}.'],
  ];
  for (const [what, each, said, problem] of refused)
    it(`refuses ${what}`, () => assert.deepEqual(readValue(each, said), { problem }));

  it("says bounds that are not in as such", () => {
    assert.equal(boundsWords({ type: "number", exclusiveMinimum: 0, maximum: 1 }), "a number above 0 to 1");
    assert.equal(boundsWords({ type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 }), "a number above 0 below 1");
    assert.equal(boundsWords(choice), "one of line, paragraph");
  });

  it("offers a choice where there are few values", () => {
    assert.deepEqual(choicesOf(choice), ["line", "paragraph"]);
    assert.deepEqual(choicesOf({ type: "boolean" }), [true, false]);
    assert.equal(choicesOf(numeric), undefined);
  });

  describe("on every option that there is", () => {
    const file = path.resolve("src/engine/catalogue/strategyOptions.schema.json");
    const { definitions, properties } = JSON.parse(readFileSync(file, "utf8")) as {
      definitions: Record<string, JsonSchema>;
      properties: Record<string, { properties: Record<string, { properties: Record<string, JsonSchema> }> }>;
    };
    const strategies = properties["thoughtlens.strategyOptions"]!.properties;
    const own = Object.entries(strategies).flatMap(([id, each]) =>
      Object.entries(each.properties)
        .filter(([, option]) => option["$ref"] === undefined)
        .map(([name, option]) => [`${id}.${name}`, option] as const),
    );
    const all = [...Object.entries(definitions), ...own];

    it("reads the default back as it was written", () => {
      assert.ok(all.length > 80);
      for (const [name, option] of all) {
        if (option.default === undefined) continue;
        assert.ok(fits(option, option.default), name);
        assert.deepEqual(readValue(option, valueText(option, option.default)), { value: option.default }, name);
      }
    });

    it("says in words what it takes, and what it is for", () => {
      for (const [name, option] of all) {
        assert.match(boundsWords(option), /^(a |one of |true or |names )/, name);
        assert.doesNotMatch(boundsWords(option), /undefined|\[object/, name);
        assert.match(option.description ?? "", /\.$/, name);
      }
    });
  });
});
