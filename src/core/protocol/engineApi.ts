/** What the extension host and the command line ask of the engine: one interface, and the notifications that come back. */
import type { Device } from "./device";
import type { Capability } from "../catalogue";
import type { ThinkFacts } from "../text/thinkFacts";
import type { JsonSchema } from "../trace/jsonSchema";
import type { EventOf, Message, ProjectionMethod, RunHeader, TraceEvent } from "../trace/trace";
import type { Sentence } from "../text/l10n";

export type { Capability } from "../catalogue";

/**
 * Where a model is; `modelName.ts` has its written form. `pocket` is the family that comes with the package: by itself,
 * it stands for each strategy's own member. A folder is in Hugging Face layout; a hub id has its folder in the standard cache.
 */
export type ModelReference =
  | { kind: "pocket"; member?: string; dtype?: string }
  | { kind: "folder"; path: string; dtype?: string }
  | { kind: "hub"; id: string; revision?: string; dtype?: string }
  | { kind: "server"; url: string; model?: string; api?: "completions" | "chat" };

export interface CapabilityRow {
  capability: Capability;
  has: boolean;
  /** Why it is missing; how it was proven where it is there. */
  reason: Sentence;
}

export interface StrategyRow {
  id: string;
  /** Whether the model can run it. */
  runs: boolean;
  /** What is missing where it does not run, or what has to be known where it does. */
  reason: Sentence | undefined;
}

/** Parts of what a model keeps between two steps that are of one kind. */
export interface CacheFacts {
  /** `rows`: one for each token. `window`: the latest of them only. `state`: of one size, written over by each step. */
  kind: "rows" | "window" | "state";
  parts: number;
  /** Rows that attention looks back in a window; undefined where there is none, or the graph does not say. */
  reach: number | undefined;
  /** Whether the file keeps its cache in float16; the engine widens it to float32. */
  half: boolean;
}

export interface ModelInfo {
  id: string;
  name: string;
  sha256: string | undefined;
  dtype: string | undefined;
  /** Hidden size, vocabulary size, longest context in tokens; undefined where a server does not say. */
  hiddenSize: number | undefined;
  vocabularySize: number | undefined;
  contextLength: number | undefined;
  /** Of its files; undefined for a server. */
  bytes: number | undefined;
  /** As the card in its folder writes it, e.g. `apache-2.0`; undefined where there is none, and for a server. */
  licence: string | undefined;
  threads: number;
  /** How it thinks, as its chat template, its vocabulary or its server tell. */
  thinking: ThinkFacts;
  /** By kind; empty for a server. */
  cache: CacheFacts[];
  /** What the card of its family and its own files advise; undefined where neither is known. */
  preset:
    | {
        /** Undefined where its files are of no family that is known. */
        family: string | undefined;
        words: string | undefined;
        /** As in `temperature 0.6, top-p 0.95`. */
        sampling: string | undefined;
        /** What the card advises beside, which is not done here. */
        beside: string | undefined;
      }
    | undefined;
  capabilities: CapabilityRow[];
  strategies: StrategyRow[];
  loadMs: number;
}

/** A model of the family that comes with the package. */
export interface IncludedModel {
  /** As in `base`; settings name it `pocket:base`. */
  name: string;
  /** Ids of the strategies that it was trained for. */
  strategies: string[];
}

/** A model on the Hugging Face hub, as it is shown before it is downloaded. */
export interface HubModel {
  id: string;
  /** The commit that the asked-for revision stands for now. */
  commit: string;
  /** As the hub writes it, e.g. `apache-2.0`. */
  licence: string | undefined;
  /** The preferred one first. `bytes` counts everything that one variant needs. */
  variants: { dtype: string; bytes: number }[];
}

export interface HubRequest {
  /** As in `owner/name`. */
  id: string;
  /** A branch, a tag or a commit; `main` by default. */
  revision?: string;
  /** For private and gated models. It is sent to the hub and kept nowhere. */
  token?: string;
}

export interface StrategyInfo {
  id: string;
  title: string;
  /** One sentence: what it does. */
  summary: string;
  /** arXiv number of the paper, where there is one. */
  paper: string | undefined;
  needs: Capability[];
  /** JSON Schema of its options with defaults and descriptions. */
  options: JsonSchema;
}

/** How long servers and the hub are waited for, in seconds; what is left out is as it comes. */
export interface Waiting {
  /** To the first word of an answer: long prompts take their time. */
  firstReply?: number;
  /** Between two words of an answer, or two pieces of a download. */
  silence?: number;
  /** For one whole answer, with all tries while a server is busy. */
  longest?: number;
}

/** Runs of one model on this machine whose tokens are decoded in one pass: with more, each waits longer and little is won. */
export const MOST_IN_A_PASS = 8;

export interface RunRequest {
  /** Chosen by the caller; the trace carries it. */
  id: string;
  model: ModelReference;
  strategy: string;
  options?: Record<string, unknown>;
  messages: Message[];
  gold?: string;
  seed?: number;
  group?: string;
  /** Which of several samples of the question it is, from 1. */
  sample?: { n: number; of: number };
  prompt?: RunHeader["prompt"];
  /** What marks its steps, as a person wrote it: `readWatchList` reads it. */
  watch?: readonly unknown[];
  /** It need not have a model of this machine to itself: others that need not either may go on at once. */
  together?: boolean;
}

/** What is asked of a run while it goes on. */
export type SteeredTo = "pause" | "resume" | "answer";

/** Going on from inside a run: what stands before a place of its trace is kept, and a model goes on from there. */
export interface BranchRequest {
  /** Of the new run; chosen by the caller. */
  id: string;
  /** The model that made the trace, or another one, which reads its text. */
  model: ModelReference;
  /** The trace that it begins in, with its header; it may still be running. */
  events: TraceEvent[];
  /** An offset on its axis: the positions before are kept. */
  at: number;
  /**
   * `answer`: thinking is closed there and the answer given. `continue`: the run goes on. `sample`: it goes on by chance, with
   * `seed`. `token`: it goes on behind `token`, in place of the one that stands at `at`.
   */
  kind: "answer" | "continue" | "sample" | "token";
  /** With `continue` and `answer`, what stands in place of `textBefore` the place. */
  text?: string;
  token?: string;
  /** By default the run's own; with `sample` another for each of them. */
  seed?: number;
  /** Options in place of the run's own. With `sample` the temperature is 0.6 where neither names one. */
  options?: Record<string, unknown>;
  /** Which of how many samples this is, from 1. */
  sample?: { n: number; of: number };
  group?: string;
  /** As of `RunRequest`. */
  together?: boolean;
}

export interface RunResult {
  id: string;
  answer: string | undefined;
  correct: boolean | undefined;
}

/** Scoring a trace that is there already: a local model reads it and says what it makes of it. */
export interface ScoreRequest {
  /** Of the new trace; chosen by the caller. */
  id: string;
  model: ModelReference;
  /** The trace to be scored, with its header. */
  events: TraceEvent[];
  /** Where to try an answer and how; the defaults are those of DEER. */
  options?: Record<string, unknown>;
}

/** Laying out the thoughts of a recorded run among the vocabulary of the model that had them. */
export interface ProjectionRequest {
  /** Of the trace. */
  run: string;
  model: ModelReference;
  /** The trace's strategy: of the bundled family the member trained for it is asked. */
  strategy: string;
  /** Hash of the weights that made the trace, where it names one; others are refused. */
  sha256?: string;
  of: EventOf<"projection">["of"];
  method: ProjectionMethod;
  /** As the trace has them: base64 of float16, [hidden] each. */
  vectors: string[];
}

/** Training a hidden-state probe (2504.05419) on questions with answers. */
export interface ProbeRequest {
  model: ModelReference;
  questions: { question: string; answer: string }[];
  /** What the dataset is called in the probe's file. */
  data: string;
  /** Where thinking is interrupted to ask the probe, in training as in use: `chunk` as the paper does, before paragraphs that turn to checking; `latent` after each continuous thought. */
  checkAt: "transition" | "chunk" | "paragraph" | "line" | "latent";
  /** The probe's file. Examples are kept beside it, so that a cancelled training goes on. */
  file: string;
  /** Of decoding, as every strategy takes them. */
  options?: Record<string, unknown>;
  seed?: number;
}

/** How good a probe is on questions that it never saw. */
export interface ProbeReport {
  file: string;
  threshold: number;
  /** Checks in a row that have to pass it. */
  patience: number;
  figures: { auc: number; ece: number; brier: number; accuracy: number; questions: number; states: number };
  roc: [fpr: number, tpr: number][];
  bins: { said: number; seen: number; count: number }[];
}

/** Every call tells its own progress, as loading a model for it, to whoever made it. */
export interface EngineApi {
  hello(params: object): { version: string; strategies: StrategyInfo[]; pid: number };
  loadModel(params: { model: ModelReference }): Promise<ModelInfo>;
  unloadModels(params: object): void;
  /** The key of the server at `url`, kept in memory only; undefined forgets it. */
  setServerKey(params: { url: string; key: string | undefined }): void;
  /** How long servers and the hub are waited for from now on. */
  setWaiting(params: Waiting): void;
  /** Where local models compute from now on. */
  setDevice(params: { device: Device }): Promise<void>;
  /** The person allows this model's graphs to hold loops and operators of somebody's own, until the engine ends. */
  allowOpenEnded(params: { model: ModelReference }): void;
  /** The models that come with the package, the base first; none where they are missing. */
  includedModels(params: object): Promise<IncludedModel[]>;
  /** Ids of the models in the Hugging Face cache of this machine, in alphabetical order. */
  cachedModels(params: object): Promise<string[]>;
  /** What the hub has under this name. */
  describeModel(params: HubRequest): Promise<HubModel>;
  /**
   * Downloads one variant into the Hugging Face cache; the preferred one by default. What a download
   * that was cut or cancelled had fetched is kept, and the next one goes on from there.
   */
  downloadModel(params: HubRequest & { dtype?: string }): Promise<{ folder: string }>;
  /** Streams `events` notifications; cancelling ends the trace with `exit: cancelled` and resolves. */
  run(params: RunRequest): Promise<RunResult>;
  /**
   * Holds a run before its next token, lets it go on, or has it stop thinking and answer. A local model that is held gives no
   * other run its turn. @returns whether such a run goes on
   */
  steer(params: { run: string; to: SteeredTo }): { running: boolean };
  /** Streams the trace of a run that begins inside another, as `run` does. */
  branch(params: BranchRequest): Promise<RunResult>;
  /** Streams a new trace as `run` does: the text of the old one with this model's confidence, trial answers and probe. */
  score(params: ScoreRequest): Promise<RunResult>;
  /**
   * What texts mean to a model: the mean of its last hidden states over each, base64 of float16; "" for one without words, and
   * no list where the model shows no states.
   */
  meanings(params: { model: ModelReference; texts: string[] }): Promise<{ vectors: string[] | undefined }>;
  /** Gives the event that a trace carries such a picture in. */
  projectLatents(params: ProjectionRequest): Promise<EventOf<"projection">>;
  /** Collects examples, trains, and writes the probe's file. */
  trainProbe(params: ProbeRequest): Promise<ProbeReport>;
}

export interface EngineNotifications {
  events: { run: string; events: TraceEvent[] };
  heartbeat: { at: number; rssMiB: number };
  log: { level: "info" | "warn" | "error"; message: string };
  /** The server at `url` said that it has too much to do. */
  busy: { url: string };
}

/** What the engine writes to its standard error before it ends itself, followed by one sentence. */
export const LAST_WORDS = "Thoughtlens ended its engine: ";
