/** A model that writes what a test says, under any chat template: what strategies make of it is all that is real. */
import type { Capability } from "../../../src/core/protocol/engineApi";
import type { RunThinking, TemplateVariables, ThinkFacts } from "../../../src/core/text/thinkFacts";
import type { ThinkFormat } from "../../../src/core/text/thinkFormat";
import type { Message } from "../../../src/core/trace/trace";
import { LogitDistribution } from "../../../src/engine/backends/onnx/distribution";
import { LocalDecoder } from "../../../src/engine/decoding/localDecoder";
import type { FeedInput, FeedOptions, LanguageModel, Mark, Sequence, Step } from "../../../src/engine/decoding/model";
import type { Tokenizer } from "../../../src/engine/decoding/model";
import { chatTemplate } from "../../../src/engine/tokens/chatTemplate";
import { findThinking, thinkingWith } from "../../../src/engine/tokens/thinking";
import { l10n } from "../../../src/core/text/l10n";

/** @returns what the model writes next behind `prompt` and what it has `written`; nothing ends its turn */
export type Script = (prompt: string, written: string) => string;

const END = 0;
const VOCABULARY = 2048;
const WIDTH = 4;
/** Marks are tokens of their own, as they are in vocabularies. */
const PIECES = /<\/?[\w:]+>|<\|?[\w]+\|?>|\[\/?THINK\]|◁\/?think▷|[^\S\n]?[\p{L}]+|\n|[^]/gu;
const CAPABILITIES: readonly Capability[] = [
  "logits",
  "hidden-states",
  "cache-rewind",
  "logprobs-only",
  "prefix-continuation",
];

class ScriptedTokenizer implements Tokenizer {
  readonly vocabularySize = VOCABULARY;
  readonly endIds = [END];
  readonly hasTemplate = true;
  readonly thinking: ThinkFacts;
  /** The conversation that was rendered last. */
  prompt = "";
  private readonly words = [""];
  private readonly ids = new Map<string, number>();
  private readonly template;

  constructor(source: string) {
    this.template = chatTemplate(source, { bos_token: "<s>" });
    this.thinking = findThinking(this.template, () => false);
  }

  encode(text: string): number[] {
    return [...text.matchAll(PIECES)].map(([word]) => {
      const id = this.ids.get(word) ?? this.words.push(word) - 1;
      this.ids.set(word, id);
      return id;
    });
  }

  decode(ids: readonly number[]): string {
    return ids.map((id) => this.words[id]).join("");
  }

  idOf(token: string): number | undefined {
    return this.ids.get(token);
  }

  stream() {
    return { push: (id: number) => this.decode([id]), flush: () => "" };
  }

  chat(messages: readonly Message[], variables: TemplateVariables = {}): string {
    this.prompt = this.template.render(messages, variables);
    return this.prompt;
  }

  thinkingWith(variables: TemplateVariables, named?: ThinkFormat): RunThinking {
    return thinkingWith(this.template, this.thinking, variables, named);
  }
}

class ScriptedSequence implements Sequence {
  private ids: number[] = [];

  constructor(
    private readonly tokenizer: ScriptedTokenizer,
    private readonly script: Script,
  ) {}

  get length(): number {
    return this.ids.length;
  }
  get rows(): number {
    return this.ids.length;
  }

  feed({ ids }: FeedInput, { distributions = 1, hidden = false }: FeedOptions = {}): Promise<Step> {
    const before = this.ids.length;
    this.ids.push(...ids);
    const ends = Array.from({ length: distributions }, (_, index) => before + ids.length - distributions + index + 1);
    return Promise.resolve({
      distributions: ends.map((end) => this.after(this.ids.slice(0, end))),
      hidden: hidden ? new Float32Array(WIDTH * distributions).fill(this.ids.length) : undefined,
      reused: 0,
    });
  }

  private after(ids: readonly number[]): LogitDistribution {
    const text = this.tokenizer.decode(ids);
    const { prompt } = this.tokenizer;
    const next = text.startsWith(prompt) ? this.script(prompt, text.slice(prompt.length)) : "";
    const logits = new Float32Array(VOCABULARY);
    logits[next === "" ? END : this.tokenizer.encode(next)[0]!] = 20;
    return new LogitDistribution(logits);
  }

  mark(): Mark {
    return { length: this.length, rows: this.rows };
  }
  rewind({ rows }: Mark): void {
    this.ids.length = rows;
  }
  release(): void {}
  reachable(rows: number): number {
    return rows;
  }
  evict(): void {
    throw new Error("It does not evict.");
  }
  continueAt(): void {
    throw new Error("It does not evict.");
  }
  fork(): Sequence {
    const copy = new ScriptedSequence(this.tokenizer, this.script);
    copy.ids = [...this.ids];
    return copy;
  }
  dispose(): void {}
}

/** @param source of its chat template */
export function scriptedModel(source: string, script: Script): LanguageModel {
  const tokenizer = new ScriptedTokenizer(source);
  const has = (capability: Capability) => CAPABILITIES.includes(capability);
  const missing = () => Promise.reject(new Error("It has no graph."));
  const model: LanguageModel = {
    facts: {
      ...{ id: "scripted", name: "scripted", sha256: undefined, dtype: undefined, provider: "script", threads: 1 },
      ...{ accuracyLevel: undefined, hiddenSize: WIDTH, vocabularySize: VOCABULARY, contextLength: 4096, loadMs: 0 },
    },
    capabilities: CAPABILITIES.map((capability) => ({ capability, has: true, reason: l10n.later`It is written out.` })),
    manifest: { methods: {} },
    notes: [],
    bytes: 0,
    get local() {
      return model;
    },
    has,
    hasTemplate: true,
    conversations: ["template"],
    cache: [],
    preset: { preset: undefined, generation: {} },
    thinking: tokenizer.thinking,
    thinkingWith: (variables, named) => Promise.resolve(tokenizer.thinkingWith(variables, named)),
    decoder: (recorder, options) => new LocalDecoder(model, recorder, options),
    dispose: () => Promise.resolve(),
    tokenizer,
    folder: "",
    join: () => () => undefined,
    newSequence: () => new ScriptedSequence(tokenizer, script),
    embed: missing,
    softTokens: missing,
    assistantTokenizer: missing,
    readAttention: missing,
  };
  return model;
}
