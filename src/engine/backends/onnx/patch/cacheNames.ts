/** How exporters spell the inputs and outputs of a cache, and what a spelling says of a part's kind. */
import type { CacheKind } from "./patchedGraph";

/** What stands in the name of an input, and what in the name of the output that is fed there next. */
const SPELLINGS: readonly (readonly [past: string, present: string])[] = [
  // optimum and transformers.js: past_key_values.0.key, past_key_values.0.decoder.value, past_key_values.0.conv_state
  ["past_key_values", "present"],
  ["past_key_values", "present_key_values"],
  // onnxruntime-genai: past.0.conv, past.0.recurrent; transformers.js: past_conv.0, past_conv.0.query, past_recurrent.0,
  // past_ssm.0; optimum: cache_params.past.ssm.0; older scripts: past_key_0
  ["past", "present"],
];

/** The words of a part's name that tell its kind, the first that fits. */
const WORDS: readonly (readonly [words: RegExp, kind: CacheKind])[] = [
  [/(^|[._])(conv|recurrent|ssm|shift|state|states|conv_state|shift_state)($|[._])/, "state"],
  [/(^|[._])(key|value|keys|values|k|v)($|[._])/, "rows"],
];

/** Names that the output belonging to a cache input may have, the usual one first. */
export function presentNames(past: string): string[] {
  return SPELLINGS.filter(([word]) => past.includes(word)).map(([word, present]) => past.replace(word, present));
}

/** The kind that a part's name tells, or undefined where it tells none. */
export function kindByName(past: string): CacheKind | undefined {
  const rest = past.replace("past_key_values", "").replace(/(^|[._])past_/, "$1");
  return WORDS.find(([words]) => words.test(rest))?.[1];
}

/** Which half of a layer's cache a part holds by its name; by turns where the name does not say. */
export function halfByName(past: string, index: number): "key" | "value" {
  const rest = past.toLowerCase().replace("past_key_values", "");
  if (/value|(^|[._])v($|[._])/.test(rest)) return "value";
  if (/key|(^|[._])k($|[._])/.test(rest)) return "key";
  return index % 2 ? "value" : "key";
}
