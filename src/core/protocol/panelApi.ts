/**
 * What the extension host and a webview say to each other: two discriminated unions that mirror each other.
 * The webview asks with `ready`; the host answers with `show`, then streams.
 */
import type { PriceTable } from "../measure/prices";
import type { BenchRun } from "../measure/benchTable";
import type { BranchKind } from "../measure/branchPlaces";
import type { ProjectionRequest } from "./engineApi";
import type { TraceEvent } from "../trace/trace";
import type { GroupedSample } from "../votes/sampleGroup";

/** One trace as a panel first gets it. */
export interface PanelTrace {
  run: string;
  events: TraceEvent[];
  /** Whether the engine is still writing it. */
  live: boolean;
  /** The strategy that was asked for, which a run that waits does not say itself. */
  asked?: string;
}

/** A dataset under several strategies, as far as it has come. */
export interface PanelBench {
  /** What the dataset is called. */
  data: string;
  model: string;
  /** The baseline first. */
  strategies: string[];
  /** What is asked, by `question` of the runs. */
  questions: string[];
  /** `trace` is the id under which the run's trace is kept, where it is. */
  runs: (BenchRun & { trace?: string })[];
  live: boolean;
  /** Runs that go on at once, where it is more than one. */
  atOnce?: number;
  /** The person's own prices, by model. */
  prices?: PriceTable;
}

/** Several samples of one question, as far as they have come. */
export interface PanelSamples {
  /** What was asked, and of which model under which strategy; titles as people read them. */
  question: string;
  model: string;
  strategy: string;
  /** How many were asked for. */
  asked: number;
  samples: GroupedSample[];
  live: boolean;
  /** The live vote that stops what it does not need, by its name. */
  vote?: string | undefined;
}

export type ToPanel =
  /** Replaces everything shown. A large trace arrives as `show` with its head and `events` with the rest. */
  | {
      type: "show";
      title: string;
      traces: PanelTrace[];
      /** What the host needs to find these traces again. The webview keeps it as `restore` of its state. */
      restore?: unknown;
      /** The person's own, by model. */
      prices?: PriceTable;
    }
  | { type: "events"; run: string; events: TraceEvent[]; live: boolean }
  /** Shows a dataset run in place of the one before; the other views show the traces of the question chosen there. */
  | { type: "bench"; bench: PanelBench }
  | { type: "bench-runs"; runs: PanelBench["runs"]; live: boolean }
  /** Shows several samples of one question. */
  | { type: "samples"; samples: PanelSamples }
  | { type: "more-samples"; samples: GroupedSample[]; live: boolean }
  /** A sentence and an action for the person, as when the engine stopped. */
  | {
      type: "notice";
      level: "info" | "warning" | "error";
      message: string;
      action?: { title: string; command: PanelCommand };
    }
  /** How a projection goes that the page asked for; it is over where neither is said, and comes by `events`. */
  | {
      type: "projecting";
      run: string;
      of: ProjectionRequest["of"];
      progress?: { message: string; fraction: number | undefined };
      failure?: { message: string; action?: { title: string; command: PanelCommand } };
    }
  /** A person holds a run, or lets it go on. */
  | { type: "paused"; run: string; paused: boolean }
  /** Scroll to a position of a run and mark it. */
  | { type: "reveal"; run: string; at: number }
  /** Send everything that is shown, with its pictures, as one page to `save`. */
  | { type: "save-page" }
  /** Shows the text of all traces as it was written, or rendered again. */
  | { type: "toggle-written" };

/** Commands that a view may ask for, by a button of its own or one that came with an error; the host decides what they do. */
export type PanelCommand =
  | "trace"
  | "compare"
  | "run-again"
  | "cancel"
  | "pause"
  | "resume"
  | "stop-thinking"
  | "restart-engine"
  | "pause-control"
  | "open-prompt"
  | "pick-model"
  | "allow-model"
  | "download-model"
  | "resume-bench"
  | "add-traces"
  | "name-fields"
  | "trace-with"
  | "score-trace"
  | "measure-importance"
  | "test-faithfulness"
  | "train-probe"
  | "set-server-key"
  | "set-hub-token"
  | "open-options"
  | "set-options"
  | "open-watch-list"
  | "open-trace-folder"
  | "manage-trust"
  | "show-log";

/** A file that was dropped on a panel: its address where the page is told one, else its content. */
export type DroppedFile = { uri: string } | { name: string; bytes: Uint8Array };

export type FromPanel =
  | { type: "ready" }
  | { type: "command"; command: PanelCommand; run?: string }
  /** Go on from inside a run: behind or before the step at `at`, or with another token than the one there. */
  | { type: "branch"; run: string; at: number; kind: BranchKind }
  /** The person chose a position: the host shows it in the file and the tree. */
  | { type: "select"; run: string; at: number }
  /** Take a threshold of an exit rule for live runs of its strategy. */
  | { type: "use-setting"; strategy: string; threshold: number }
  /** Show these runs side by side. */
  | { type: "compare-runs"; runs: string[] }
  /** Traces or logs to be imported and shown beside what is shown already. */
  | { type: "drop"; files: DroppedFile[] }
  /** Lay the thoughts of a run out; `modelId` as its trace names the model. */
  | { type: "project"; modelId: string; request: Omit<ProjectionRequest, "model"> }
  | { type: "stop-projecting"; run: string; of: ProjectionRequest["of"] }
  /** A picture to be saved; the host asks where. */
  | { type: "save"; name: string; format: "svg" | "png" | "csv" | "html"; content: string }
  | { type: "copy"; text: string }
  /** Copy a deep link to a position; the host knows its own address. */
  | { type: "link"; run: string; at: number }
  | { type: "failed"; message: string };
