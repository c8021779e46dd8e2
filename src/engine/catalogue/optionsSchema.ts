/** The JSON Schema of the setting `thoughtlens.strategyOptions`, with which the editor of settings completes and checks. */
import * as z from "zod";
import type { JsonSchema } from "../../core/trace/jsonSchema";
import { decodingOptions } from "../decoding/options";
import { SCORING, scoringOptions } from "../scoring/scoring";
import { strategyInfos } from "../strategies";

const SETTING = "thoughtlens.strategyOptions";
const SCORED = "What scoring a trace asks of the model that reads it.";

/** A settings file as far as that setting goes. Options that all strategies share are defined once. */
export function strategyOptionsSchema(): JsonSchema {
  const scoring = z.toJSONSchema(scoringOptions, { io: "input" }) as JsonSchema;
  const strategies = strategyInfos().map(({ id, summary, options }): [string, JsonSchema] => [
    id,
    optionsOf(summary, options),
  ]);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Options of strategies in the settings of Thoughtlens",
    definitions: propertiesOf(z.toJSONSchema(decodingOptions, { io: "input" }) as JsonSchema, []),
    properties: {
      [SETTING]: {
        type: "object",
        properties: { ...Object.fromEntries(strategies), [SCORING.id]: optionsOf(SCORED, scoring) },
        additionalProperties: false,
      },
    },
  };
}

function optionsOf(description: string, options: JsonSchema): JsonSchema {
  const properties = propertiesOf(options, Object.keys(decodingOptions.shape));
  return { type: "object", description, properties, additionalProperties: false, default: {} };
}

/** @param shared names of those that are defined elsewhere */
function propertiesOf({ properties = {} }: JsonSchema, shared: readonly string[]): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, option]) => [
      name,
      shared.includes(name) ? { $ref: `#/definitions/${name}` } : bounded(option),
    ]),
  );
}

/** Without the bound of a whole number that nobody meets. */
function bounded({ maximum, ...rest }: JsonSchema): JsonSchema {
  return maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? rest : { ...rest, maximum };
}

/** The text of `strategyOptions.schema.json`. */
export function strategyOptionsSchemaText(): string {
  return `${JSON.stringify(strategyOptionsSchema(), null, 2)}\n`;
}
