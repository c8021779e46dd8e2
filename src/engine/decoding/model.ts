/**
 * What strategies program against: a model wherever it runs (`Backend`), one that runs in this process (`LanguageModel`)
 * with its sequences, and what each of them can do. The backends implement it; strategies know nothing below it.
 */
import type { CacheFacts, Capability, CapabilityRow } from "../../core/protocol/engineApi";
import type { RunThinking, TemplateVariables, ThinkFacts } from "../../core/text/thinkFacts";
import type { ThinkFormat } from "../../core/text/thinkFormat";
import type { Conversation } from "../../core/prompt/conversation";
import type { ModelPreset } from "../../core/prompt/presets";
import type { Message } from "../../core/trace/trace";
import type { Decoder } from "./decoder";
import type { DecoderOptions } from "./decoderOptions";
import type { Distribution } from "./distribution";
import type { Recorder } from "./recorder";

export interface FeedInput {
  /** Token ids, [seq]. −1 stands for the next row of `soft`. */
  ids: readonly number[];
  /** Input embeddings for the places marked −1, [count of −1, hidden], row by row. */
  soft?: Float32Array;
}

export interface FeedOptions {
  /** How many of the last positions get a distribution (default 1, 0 for none). */
  distributions?: number;
  /** Whether hidden states (after the final norm) of those positions are wanted. */
  hidden?: boolean;
  /** Position ids, [seq]; by default they go on from the sequence's `length`. */
  positions?: readonly number[];
  /** May query `q` (0-based in this feed) see cache row `row` (past rows first, then this feed's)? Default: causal. */
  sees?: (query: number, row: number) => boolean;
  signal?: AbortSignal;
}

export interface Step {
  /** One distribution a position asked for, in order; empty if none was. */
  distributions: Distribution[];
  /** [positions asked for, hidden], or undefined. */
  hidden: Float32Array | undefined;
  /** How many leading rows of a prompt were not computed but copied from an earlier prompt with the same beginning. */
  reused: number;
  /**
   * What had to be read again first, because the cache could not go back as far as it was rewound: fed tokens, and the
   * milliseconds they took. Undefined where there was nothing.
   */
  reread?: { tokens: number; ms: number } | undefined;
}

export interface AttentionOptions {
  /** May the id at place `query` see the one at place `row`, both from 0? Later ones are never seen. */
  sees: (query: number, row: number) => boolean;
  /**
   * Gets for each id in turn what it pays to each place up to its own, [place + 1]: after softmax, averaged over heads
   * and layers, so that it sums to 1.
   */
  take: (place: number, weights: Float32Array) => void;
  signal?: AbortSignal;
}

/** A place to come back to. */
export interface Mark {
  readonly length: number;
  readonly rows: number;
}

/** One KV cache and the positions that filled it. Rows are the live cache entries, in the order they were fed. */
export interface Sequence {
  /** The next position id. Evicted rows keep their numbers, so this is never less than `rows`. */
  readonly length: number;
  /** Live rows in the cache. */
  readonly rows: number;
  /**
   * Runs the model over `input` and appends its rows. Long inputs are fed in chunks, so a signal acts within one.
   * @throws ActionableError `context-full` when the model's context length would be passed
   */
  feed(input: FeedInput, options?: FeedOptions): Promise<Step>;
  mark(): Mark;
  /**
   * Drops all rows after the mark. Needs `cache-rewind`; the mark must be of this sequence and not evicted from since. What a
   * cache could not go back to is read again by the next feed. The mark stays good until it is released.
   */
  rewind(mark: Mark): void;
  /** Says that a mark is not come back to, so that nothing has to be kept for it. */
  release(mark: Mark): void;
  /** The most rows, `rows` or less, that it can be rewound to with nothing to be read again. */
  reachable(rows: number): number;
  /** Drops rows [from, to) in every layer; the positions of the others stay. Needs `cache-evict`. */
  evict(from: number, to: number): void;
  /**
   * Says which position comes next, where a branch that reached further was dropped from between the rows.
   * @throws RangeError when rows could not all stand before it
   */
  continueAt(position: number): void;
  /** A copy that goes on by itself. */
  fork(): Sequence;
  dispose(): void;
}

/** Turns text into ids and back. */
export interface Tokenizer {
  readonly vocabularySize: number;
  /** Ids that end a turn. */
  readonly endIds: readonly number[];
  /** Ids of `text` as it stands: no special token is added, those written out in it are recognised. */
  encode(text: string): number[];
  decode(ids: readonly number[]): string;
  /** The id of exactly this token, or undefined. */
  idOf(token: string): number | undefined;
  /** Text of ids that arrive one by one; a piece that ends inside a character is held back. */
  stream(): TokenStream;
  /** Whether the model brings a chat template; without one, `chat` writes turns by name. */
  readonly hasTemplate: boolean;
  /**
   * The prompt as the model expects it, ready for the assistant's turn.
   * @param variables of its template
   * @param conversation in place of its template
   */
  chat(messages: readonly Message[], variables?: TemplateVariables, conversation?: Conversation): string;
  /** How the model thinks, found when it is first asked for. */
  readonly thinking: ThinkFacts;
  /**
   * Thinking with these variables of the template; those that it does not heed are left out, and said.
   * @param named the format that the person says
   */
  thinkingWith(variables: TemplateVariables, named?: ThinkFormat): RunThinking;
}

export interface TokenStream {
  /** What `id` adds to the text; empty while a character is incomplete. */
  push(id: number): string;
  /** What is still held back. */
  flush(): string;
}

export interface ModelFacts {
  /** What traces name: hub id or the folder's name. */
  id: string;
  name: string;
  sha256: string | undefined;
  dtype: string | undefined;
  provider: string;
  threads: number;
  accuracyLevel: number | undefined;
  hiddenSize: number | undefined;
  vocabularySize: number;
  /** Tokens. */
  contextLength: number;
  loadMs: number;
}

/** `thoughtlens.json` of a model folder: which methods it was trained for, as defaults of their options. */
export interface MethodManifest {
  readonly name?: string;
  readonly methods: Readonly<Record<string, Record<string, unknown>>>;
}

/** A model that reads and writes conversations, wherever it runs. */
export interface Backend {
  readonly facts: ModelFacts;
  /** One row for each capability that there is. */
  readonly capabilities: readonly CapabilityRow[];
  /** What it keeps between steps, by kind; empty where that is not seen. */
  readonly cache: readonly CacheFacts[];
  readonly manifest: MethodManifest;
  /** What a person should know about it, one sentence each. */
  readonly notes: readonly string[];
  /** About what it takes of this machine's memory; 0 where it runs elsewhere. */
  readonly bytes: number;
  /** The model itself where it runs in this process; `localModel` gives it to what cannot do without. */
  readonly local: LanguageModel | undefined;
  has(capability: Capability): boolean;
  /** How the model thinks: its format, who opens it, what turns it on, off and up. */
  readonly thinking: ThinkFacts;
  /** Whether conversations are written by a template of the model's own. */
  readonly hasTemplate: boolean;
  /** Forms in place of it that can be asked for. */
  readonly conversations: readonly Conversation[];
  /** What the model's card and its own files advise. */
  readonly preset: ModelPreset;
  /** As `Tokenizer.thinkingWith`. @throws ActionableError of a server */
  thinkingWith(variables: TemplateVariables, named?: ThinkFormat): Promise<RunThinking>;
  /** Starts a conversation, which `recorder` records. */
  decoder(recorder: Recorder, options: DecoderOptions): Decoder;
  dispose(): Promise<void>;
}

/** A model in this process: everything that it computes can be seen. */
export interface LanguageModel extends Backend {
  readonly tokenizer: Tokenizer;
  /** The folder on disk, where a method keeps files of its own (a projection, a probe). */
  readonly folder: string;
  newSequence(): Sequence;
  /**
   * A run goes on from now on; what is returned says that it has ended. Steps of several that go on at once may be taken in one pass,
   * which changes nothing of what they come to.
   */
  join(): () => void;
  /** Input embeddings of `ids`, [seq, hidden]. Needs `soft-tokens`. */
  embed(ids: readonly number[]): Promise<Float32Array>;
  /**
   * Runs the graph beside the model that turns a question into soft tokens (SoftCoT's assistant and its projection).
   * @param file its name in the model's folder
   * @param ids what it reads, with its placeholders
   * @returns [N, hidden], and the milliseconds that it took
   * @throws ActionableError `assistant-missing`, `assistant-mismatch`
   */
  softTokens(file: string, ids: readonly number[]): Promise<{ vectors: Float32Array; ms: number }>;
  /**
   * The tokenizer of an assistant that reads other tokens than the model.
   * @param name of its folder in the model's folder
   * @throws ActionableError `assistant-missing`, and those of loading a tokenizer
   */
  assistantTokenizer(name: string): Promise<Tokenizer>;
  /**
   * Reads `ids` from an empty cache and tells where attention goes. The model's sequences are not touched.
   * @throws ActionableError `attention-unreadable` where the graph does not show it; the reason of the signal
   */
  readAttention(ids: readonly number[], options: AttentionOptions): Promise<void>;
}
