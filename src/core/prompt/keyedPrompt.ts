/**
 * Prompts whose messages stand under names: `system` and `user` (NeMo Skills, NeMo Gym), `system_prompt` and
 * `user_prompt`, `system` and `prompt` (templates of LLM).
 */
import { l10n } from "../text/l10n";
import { record, scalarText } from "./frontMatter";
import type { PromptObject } from "./promptMessages";
import { languageOf } from "./templateText";

type Fields = Record<string, unknown>;

const SYSTEM = ["system", "system_prompt", "system_message", "system_template", "sys_prompt"];
/** These say by themselves whose words they are. */
const SURE = ["user_prompt", "user_message", "user_template", "user_prompt_template"];
const USER = ["user", ...SURE, "human", "prompt", "prompt_template"];
/** What stands beside a text that alone would be anybody's: `user: root` is no prompt. */
const BESIDE = [
  "author authors config defaults description extract few_shot_examples id inputs max_tokens metadata model",
  "model_config model_parameters models name options output_format parameters schema seed stop tags temperature",
  "thoughtlens title tools top_k top_p type variables version",
]
  .join(" ")
  .split(" ");

interface Keys {
  system: string | undefined;
  user: string;
  /** Whether nothing stands beside them that prompts have not. */
  isAlone: boolean;
}

/** `userPrompt` as `user_prompt`. */
const plain = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replaceAll("-", "_");

const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";

function keysOf(fields: Fields): Keys | undefined {
  const names = Object.keys(fields);
  const user = names.find((name) => USER.includes(plain(name)) && isText(fields[name]));
  if (user === undefined) return undefined;
  const system = names.find(
    (name) => SYSTEM.includes(plain(name)) && (typeof fields[name] === "string" || fields[name] === null),
  );
  const isAlone = names.every((name) => name === user || name === system || BESIDE.includes(plain(name)));
  return system !== undefined || SURE.includes(plain(user)) || isAlone ? { system, user, isAlone } : undefined;
}

export const isKeyedPrompt = (value: unknown): boolean => keysOf(record(value)) !== undefined;

/** Whether nobody would take it for anything else, as `{ host, system, user }` of a database. */
export function isSurelyKeyed(value: unknown): boolean {
  const keys = keysOf(record(value));
  if (!keys) return false;
  const says = SURE.includes(plain(keys.user)) || (keys.system !== undefined && keys.isAlone);
  return says && /\s|\{/.test(String(record(value)[keys.user]).trim());
}

export function keyedPrompt(value: unknown): PromptObject {
  const fields = record(value);
  const keys = keysOf(fields)!;
  const system = keys.system === undefined ? "" : (scalarText(fields[keys.system]) ?? "");
  const user = String(fields[keys.user]);
  const object: PromptObject = {
    messages: [
      { role: "system", content: system },
      { role: "user", content: user },
    ],
    language: languageOf([system, user]),
    defaults: { ...record(fields["defaults"]) },
    descriptions: {},
    warnings: [],
  };
  const isDollar = (name: string) => user.includes(`$${name}`) || user.includes(`\${${name}}`);
  if (
    keys.user === "prompt" &&
    object.language === "format" &&
    ["input", ...Object.keys(object.defaults)].some(isDollar)
  )
    object.language = "dollar";
  // Where no set of examples is chosen, none stand there.
  const { examples_type: examples } = record(fields["few_shot_examples"]);
  if (fields["few_shot_examples"] !== undefined) object.defaults["examples"] ??= "";
  if (examples !== undefined)
    object.warnings.push(l10n.later`The examples ${String(scalarText(examples))} stand elsewhere and are left out.`);
  return object;
}
