/** A causal language model in a folder of Hugging Face layout, running on ONNX Runtime. */
import type { Device } from "../../../core/protocol/device";
import { stat } from "node:fs/promises";
import os from "node:os";
import { Tensor, type InferenceSession } from "./runtime";
import type { CacheFacts, Capability, CapabilityRow } from "../../../core/protocol/engineApi";
import { CONVERSATIONS } from "../../../core/prompt/conversation";
import { presetOf, type ModelPreset } from "../../../core/prompt/presets";
import { ActionableError } from "../../../core/protocol/rpc";
import type { RunThinking, TemplateVariables, ThinkFacts } from "../../../core/text/thinkFacts";
import type { ThinkFormat } from "../../../core/text/thinkFormat";
import { hashFiles } from "../../files/fileHash";
import { localDecoder } from "../../decoding/branchDecoder";
import type { DecoderOptions } from "../../decoding/decoderOptions";
import type { LocalDecoder } from "../../decoding/localDecoder";
import type { Recorder } from "../../decoding/recorder";
import type { AttentionOptions, LanguageModel, MethodManifest, ModelFacts, Tokenizer } from "../../decoding/model";
import { under, unguarded, type Guard } from "../../watchdog/guard";
import { loadTokenizer } from "../../tokens/tokenizer";
import { hasCapability } from "../hasCapability";
import { Assistants } from "./assistant";
import { assistantTokenizer } from "./assistantTokenizer";
import { readAttention } from "./attentionPass";
import { Batcher } from "./batcher";
import { cacheFacts, capabilityRows } from "./capabilities";
import type { RunningGraph } from "./graphLoad";
import { loadGraph } from "./graphLoad";
import { graphLimits, guardedSession, passLimits, tokenizerLimits } from "./loadLimits";
import { isRefusal } from "./patch/patchedGraph";
import type { CacheLimits } from "./modelCache";
import type { ModelFolder } from "../../files/modelFolder";
import { signsOf } from "../../files/modelSigns";
import { configNumber, contextLength, readModelFolder } from "../../files/modelFolder";
import { CHUNK, OnnxSequence } from "./onnxSequence";
import { PrefixMemory } from "./prefixMemory";
import { defaultThreads } from "./sessions";
import { l10n, type Sentence } from "../../../core/text/l10n";

export interface LoadOptions {
  /** What traces call the model; the folder's name by default. */
  id?: string;
  dtype?: string;
  /** Threads of one step; all physical cores but one by default. */
  threads?: number;
  /** Where its steps are computed; on the CPU by default. */
  device?: Device;
  /** Where hashes and verdicts are remembered between loads. */
  cacheFolder?: string;
  /** False to run the graph as it came: fewer capabilities, and slower. */
  patch?: boolean;
  /** What sequences may keep to go back by; enough for trial answers by default. */
  limits?: CacheLimits;
  /** Whether its graphs may hold loops and operators of somebody's own. */
  openEnded?: boolean;
  signal?: AbortSignal;
  /** Bounds on loading and on each pass; none by default. */
  guard?: Guard;
  /** What loading is busy with, for the person who waits. */
  progress?: (message: Sentence) => void;
}

/** Share of the machine's memory that remembered prompts of one model may take. */
const MEMORY_SHARE = 1 / 32;
/** Bytes of a model up to which a second session on it is a small matter. */
const LARGEST_TWICE = 512 * 2 ** 20;

/**
 * @throws ActionableError of `readModelFolder`, `loadTokenizer` and `loadGraph`, and `model-vocabulary-mismatch`
 */
export async function loadOnnxModel(folderPath: string, options: LoadOptions = {}): Promise<OnnxModel> {
  const started = performance.now();
  const { signal, progress, cacheFolder, guard = unguarded } = options;
  const { threads = defaultThreads(), device = "cpu" } = options;
  const folder = await readModelFolder(folderPath, options.dtype);
  const { tokenizer, notes } = await under(guard, tokenizerLimits(folder.name), () =>
    loadTokenizer(folder.tokenizerFolder, [folder.generationConfig, folder.config], guard),
  );
  signal?.throwIfAborted();
  progress?.(l10n.later`Loading ${options.id ?? folder.name}`);
  const limits = await graphLimits(folder.name, folder.graphFile);
  const graph = await under(guard, limits, () =>
    loadGraph(folder, { threads, device, cacheFolder, patch: options.patch, openEnded: options.openEnded, signal }),
  );
  try {
    signal?.throwIfAborted();
    const sha256 = await hashFiles(graph.files, cacheFolder, signal);
    const vocabularySize = checkVocabulary(folder, graph, tokenizer);
    let bytes = 0;
    for (const file of graph.files) bytes += (await stat(file)).size;
    const facts: ModelFacts = {
      id: options.id ?? folder.name,
      name: folder.manifest.name ?? options.id ?? folder.name,
      sha256,
      dtype: folder.dtype,
      provider: graph.provider,
      threads,
      accuracyLevel: graph.accuracyLevel,
      hiddenSize: graph.layout.hiddenSize || undefined,
      vocabularySize,
      contextLength: contextLength(folder.config),
      loadMs: performance.now() - started,
    };
    const limits = passLimits(folder.name, bytes);
    const guarded = {
      ...graph,
      session: guardedSession(graph.session, guard, limits),
      openEmbedding: graph.openEmbedding && (async () => guardedSession(await graph.openEmbedding!(), guard, limits)),
    };
    return new OnnxModel(facts, tokenizer, [...notes, ...graph.notes], folder, guarded, bytes, options);
  } catch (error) {
    await release(graph);
    throw error;
  }
}

export class OnnxModel implements LanguageModel {
  readonly capabilities: readonly CapabilityRow[];
  readonly cache: readonly CacheFacts[];
  readonly manifest: MethodManifest;
  readonly folder: string;
  readonly conversations = CONVERSATIONS;
  private advised: ModelPreset | undefined;
  private readonly configs: Pick<ModelFolder, "config" | "generationConfig">;
  /** The session that shows its attention, or why there is none; started when it is first asked for. */
  private attention: ReturnType<RunningGraph["openAttention"]> | undefined;
  /** The look-up of embeddings; started when it is first asked for. */
  private embedding: Promise<InferenceSession> | undefined;
  private readonly assistants: Assistants;
  private readonly assistantTokenizers = new Map<string, Promise<Tokenizer>>();
  private readonly batcher: Batcher;
  private readonly memory = new PrefixMemory(CHUNK, os.totalmem() * MEMORY_SHARE);

  constructor(
    readonly facts: ModelFacts,
    readonly tokenizer: Tokenizer,
    readonly notes: readonly string[],
    folder: ModelFolder,
    private readonly graph: RunningGraph,
    /** Of its files. */
    private readonly ownBytes: number,
    private readonly options: Pick<LoadOptions, "limits" | "openEnded" | "guard"> = {},
  ) {
    this.manifest = folder.manifest;
    this.folder = folder.path;
    this.configs = folder;
    this.batcher = new Batcher(graph.session, graph.layout, facts.contextLength - CHUNK);
    this.assistants = new Assistants(folder.path, facts.hiddenSize ?? 0, options);
    this.capabilities = capabilityRows(graph.verdict, graph.layout.cache);
    this.cache = cacheFacts(graph.layout);
  }

  /** Of its files, and of the assistants that were loaded beside it. */
  get bytes(): number {
    return this.ownBytes + this.assistants.bytes;
  }

  get local(): this {
    return this;
  }

  has(capability: Capability): boolean {
    return hasCapability(this.capabilities, capability);
  }

  get thinking(): ThinkFacts {
    return this.tokenizer.thinking;
  }

  get hasTemplate(): boolean {
    return this.tokenizer.hasTemplate;
  }

  get preset(): ModelPreset {
    this.advised ??= presetOf(signsOf(this.configs, this.tokenizer), this.thinking);
    return this.advised;
  }

  async thinkingWith(variables: TemplateVariables, named?: ThinkFormat): Promise<RunThinking> {
    return this.tokenizer.thinkingWith(variables, named);
  }

  decoder(recorder: Recorder, options: DecoderOptions): LocalDecoder {
    return localDecoder(this, recorder, options);
  }

  newSequence(): OnnxSequence {
    const { layout } = this.graph;
    const { contextLength, vocabularySize } = this.facts;
    const { memory, batcher } = this;
    const { limits = {} } = this.options;
    return new OnnxSequence({ batcher, layout, contextLength, vocabularySize, memory, limits });
  }

  join(): () => void {
    return this.batcher.join();
  }

  async embed(ids: readonly number[]): Promise<Float32Array> {
    const { openEmbedding } = this.graph;
    if (!openEmbedding) {
      const reason = this.capabilities.find((row) => row.capability === "soft-tokens")!.reason;
      throw new ActionableError("capability-missing", reason, "Choose another strategy or another model.");
    }
    const input = new Tensor("int64", BigInt64Array.from(ids, BigInt), [1, ids.length]);
    this.embedding ??= openEmbedding();
    const { embeddings } = await (await this.embedding).run({ input_ids: input });
    return embeddings!.data as Float32Array;
  }

  softTokens(file: string, ids: readonly number[]): Promise<{ vectors: Float32Array; ms: number }> {
    return this.assistants.softTokens(file, ids);
  }

  /** Read once for each name; one that could not be read is tried again, as its files may have been put there since. */
  assistantTokenizer(name: string): Promise<Tokenizer> {
    const read = this.assistantTokenizers.get(name) ?? assistantTokenizer(this.folder, name, this.options.guard);
    this.assistantTokenizers.set(name, read);
    read.catch(() => this.assistantTokenizers.delete(name));
    return read;
  }

  async readAttention(ids: readonly number[], options: AttentionOptions): Promise<void> {
    if (!this.has("attention-mask")) throw unreadable(l10n.later`The model's attention takes no mask.`);
    if (this.ownBytes > LARGEST_TWICE) throw unreadable(l10n.later`The model is too large to be loaded a second time.`);
    this.attention ??= this.graph.openAttention();
    const session = await this.attention;
    if (isRefusal(session)) throw unreadable(session);
    await readAttention(session, this.graph.layout, ids, options);
  }

  async dispose(): Promise<void> {
    this.memory.clear();
    // One that did not start has nothing to be released.
    const attention = await this.attention?.catch(() => undefined);
    if (attention && "release" in attention) await attention.release();
    await (await this.embedding?.catch(() => undefined))?.release();
    await this.assistants.dispose();
    await release(this.graph);
  }
}

const unreadable = (reason: Sentence) =>
  new ActionableError("attention-unreadable", reason, "Choose a small model whose attention is written out.");

const release = ({ session }: RunningGraph): Promise<void> => session.release();

/** @returns how many ids the model takes; the head and the embedding table often have rows beyond the tokenizer's */
function checkVocabulary(folder: ModelFolder, graph: RunningGraph, tokenizer: Tokenizer): number {
  const rows = graph.layout.vocabularySize || configNumber(folder.config, "vocab_size") || tokenizer.vocabularySize;
  if (tokenizer.vocabularySize <= rows) return rows;
  throw new ActionableError(
    "model-vocabulary-mismatch",
    l10n.later`The tokenizer has ${tokenizer.vocabularySize} tokens and the model only ${rows}.`,
    "Copy tokenizer.json from the same model as the .onnx file.",
  );
}
