/**
 * A model's tokenizer and chat template, from the files of its folder. The tokenizer is the library that
 * transformers.js wraps, and a test holds both to the same ids; used directly it starts a tenth of a second sooner.
 */
import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import path from "node:path";
import { conversationText, type Conversation } from "../../core/prompt/conversation";
import { ActionableError } from "../../core/protocol/rpc";
import type { Message } from "../../core/trace/trace";
import type { RunThinking, TemplateVariables, ThinkFacts } from "../../core/text/thinkFacts";
import type { ThinkFormat } from "../../core/text/thinkFormat";
import type { ChatTemplate } from "./chatTemplate";
import { chatTemplate } from "./chatTemplate";
import type { JsonObject } from "../files/jsonFile";
import { isObject, readJsonIfThere, readTextIfThere } from "../files/jsonFile";
import type { Tokenizer, TokenStream } from "../decoding/model";
import { underNow, unguarded, type Guard, type WorkLimits } from "../watchdog/guard";
import { findThinking, thinkingWith } from "./thinking";
import { Patience } from "./triedTemplate";
import { tokenStream } from "./tokenStream";
import { l10n } from "../../core/text/l10n";

/** What chat templates write at the end of a turn; counted as ends where the configuration forgot them. */
const TURN_ENDS = [
  "<|im_end|>",
  "<|eot_id|>",
  "<|end|>",
  "<end_of_turn>",
  "<|end_of_turn|>",
  "<turn|>",
  "<|END_OF_TURN_TOKEN|>",
];
/** Where a turn has several messages, `<|end|>` ends each of them, and these end the turn. */
const CHANNEL_ENDS = ["<|return|>", "<|call|>"];
const SPECIAL_NAMES = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

/** What a prompt may take, in milliseconds and bytes; a long text is given a millisecond more for each character. */
const ENCODING: WorkLimits = { what: "Splitting the prompt into tokens", ms: 5000, bytes: 2 ** 30 };
const RENDERING: WorkLimits = { what: "The model's chat template", ms: 5000, bytes: 2 ** 29 };
/** The template is rendered many times to find how the model thinks, which ends by itself after a few seconds. */
const FINDING: WorkLimits = { ...RENDERING, ms: 10_000 };

export interface LoadedTokenizer {
  tokenizer: Tokenizer;
  /** What a person should know about it, one sentence each. */
  notes: string[];
}

/**
 * @param configs `generation_config.json` and `config.json` of the model, for the ids that end a turn
 * @param guard bounds what the folder's template and patterns may take later, when they meet a prompt
 * @throws ActionableError `tokenizer-missing`, `tokenizer-broken`, `tokenizer-chat-template`
 */
export async function loadTokenizer(
  folder: string,
  configs: readonly JsonObject[] = [],
  guard: Guard = unguarded,
): Promise<LoadedTokenizer> {
  const definition = await readJsonIfThere(path.join(folder, "tokenizer.json"));
  if (!definition) {
    throw new ActionableError(
      "tokenizer-missing",
      l10n.later`The model folder ${folder} has no tokenizer.json.`,
      "Copy tokenizer.json and tokenizer_config.json of the model into the folder.",
    );
  }
  const config = (await readJsonIfThere(path.join(folder, "tokenizer_config.json"))) ?? {};
  const file = await readTextIfThere(path.join(folder, "chat_template.jinja"));
  // Models that see as well may have theirs in a file of its own.
  const source =
    (file?.trim() ? file : undefined) ??
    templateOf(config) ??
    templateOf((await readJsonIfThere(path.join(folder, "chat_template.json"))) ?? {});
  let inner: HuggingFaceTokenizer;
  try {
    demandSoundIds(definition);
    inner = new HuggingFaceTokenizer(definition, config);
    inner.encode("a");
  } catch (error) {
    throw new ActionableError(
      "tokenizer-broken",
      l10n.later`tokenizer.json in ${folder} is not a tokenizer that can be read.`,
      "Download the model's tokenizer files again.",
      { cause: error },
    );
  }
  const specials = specialTokens({
    ...(await readJsonIfThere(path.join(folder, "special_tokens_map.json"))),
    ...given(config),
  });
  const plain = plainSpecials(inner, specials);
  const template = chatTemplate(source, source === undefined ? plain : specials);
  const ends = endIds(inner, specials, source ?? "", configs);
  const tokenizer = new ModelTokenizer(inner, template, ends, guard, plain["bos_token"]);
  const notes =
    template.source !== undefined
      ? []
      : ["The model has no chat template: turns are written as User: and Assistant: lines."];
  return { tokenizer, notes };
}

/** More than ten times as many tokens as any model has; the library makes a table of all of them. */
const MOST_TOKENS = 2 ** 22;

/** @throws Error where an id is none */
function demandSoundIds({ added_tokens: added, model }: JsonObject): void {
  const vocabulary = isObject(model) && isObject(model["vocab"]) ? Object.values(model["vocab"]) : [];
  const listed = Array.isArray(added) ? added.map((each) => (isObject(each) ? each["id"] : undefined)) : [];
  for (const id of [...vocabulary, ...listed]) {
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id >= MOST_TOKENS)
      throw new Error(`${JSON.stringify(id)} is no id of a token`);
  }
}

class ModelTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  private readonly anchor: number;
  private found: ThinkFacts | undefined;
  private readonly patience = new Patience();

  constructor(
    private readonly inner: HuggingFaceTokenizer,
    private readonly template: ChatTemplate,
    readonly endIds: readonly number[],
    private readonly guard: Guard,
    /** What a conversation without a template begins with. */
    private readonly beginning: string | undefined,
  ) {
    let highest = -1;
    for (const id of inner.get_vocab().values()) highest = Math.max(highest, id);
    this.vocabularySize = highest + 1;
    this.anchor = this.encode("a").at(-1) ?? 0;
  }

  encode(text: string): number[] {
    if (text === "") return [];
    const limits = { ...ENCODING, ms: ENCODING.ms + text.length };
    return underNow(this.guard, limits, () => this.inner.encode(text, { add_special_tokens: false }).ids);
  }

  decode(ids: readonly number[]): string {
    if (ids.length === 0) return "";
    return this.inner.decode([...ids], { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  }

  idOf(token: string): number | undefined {
    return this.inner.token_to_id(token);
  }

  stream(): TokenStream {
    return tokenStream((ids) => this.decode(ids), this.anchor);
  }

  chat(
    messages: readonly Message[],
    variables: TemplateVariables = {},
    conversation: Conversation = "template",
  ): string {
    if (conversation !== "template") return conversationText(conversation, messages, this.beginning);
    return underNow(this.guard, RENDERING, () => this.template.render(messages, variables));
  }

  get hasTemplate(): boolean {
    return this.template.source !== undefined;
  }

  get thinking(): ThinkFacts {
    const hasToken = (mark: string) => this.idOf(mark) !== undefined;
    this.found ??= underNow(this.guard, FINDING, () => findThinking(this.template, hasToken, undefined, this.patience));
    return this.found;
  }

  thinkingWith(variables: TemplateVariables, named?: ThinkFormat): RunThinking {
    const facts = this.thinking;
    return underNow(this.guard, FINDING, () => thinkingWith(this.template, facts, variables, named, this.patience));
  }
}

/** What is said of special tokens, `null` included, which says that there is none. */
const given = (config: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(config).filter(([name]) => SPECIAL_NAMES.includes(name)));

/** The template of a file of settings: one text, or named ones, in a list or by name, of which `default` is meant. */
function templateOf(config: JsonObject): string | undefined {
  const value = config["chat_template"];
  if (typeof value === "string") return value;
  if (isObject(value)) return typeof value["default"] === "string" ? value["default"] : undefined;
  if (!Array.isArray(value)) return undefined;
  const named = value.filter(isObject).find((each) => each["name"] === "default");
  return typeof named?.["template"] === "string" ? named["template"] : undefined;
}

function specialTokens(config: JsonObject): Record<string, string> {
  const specials: Record<string, string> = {};
  for (const name of SPECIAL_NAMES) {
    const value = config[name];
    const content = isObject(value) ? value["content"] : value;
    if (typeof content === "string") specials[name] = content;
  }
  return specials;
}

/** The plain format begins with the token that this tokenizer puts before every text, if it puts one. */
function plainSpecials(inner: HuggingFaceTokenizer, specials: Record<string, string>): Record<string, string> {
  const beginning = specials["bos_token"];
  if (beginning === undefined) return {};
  return inner.encode("a").ids[0] === inner.token_to_id(beginning) ? { bos_token: beginning } : {};
}

function endIds(
  inner: HuggingFaceTokenizer,
  specials: Record<string, string>,
  template: string,
  configs: readonly JsonObject[],
): number[] {
  const ids = new Set<number>();
  const add = (value: unknown) => {
    for (const id of Array.isArray(value) ? value : [value]) if (Number.isInteger(id)) ids.add(id as number);
  };
  for (const config of configs) {
    add(config["eos_token_id"]);
    if (isObject(config["text_config"])) add(config["text_config"]["eos_token_id"]);
  }
  if (specials["eos_token"] !== undefined) add(inner.token_to_id(specials["eos_token"]));
  const hasChannels = template.includes("<|channel|>");
  for (const token of hasChannels ? CHANNEL_ENDS : TURN_ENDS)
    if (hasChannels || template.includes(token)) add(inner.token_to_id(token));
  return [...ids];
}
