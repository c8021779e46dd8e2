/** What commands are made of. */
import type * as vscode from "vscode";
import type { CapabilityPages } from "./capabilityPages";
import type { DatasetBench } from "./datasetBench";
import type { EngineProcess } from "./engineProcess";
import type { ExplorerTree } from "./explorerTree";
import type { HubDownload } from "./hubDownload";
import type { Messages } from "./messages";
import type { ModelPicker } from "./modelPicker";
import type { Probes } from "./probes";
import type { PromptInputs } from "./promptInputs";
import type { PromptRuns } from "./promptRuns";
import type { PromptTarget } from "./promptTarget";
import type { ServerKeys } from "./serverKeys";
import type { Samples } from "./samples";
import type { StrategyPicker } from "./strategyPicker";
import type { TraceEditor } from "./traceEditor";
import type { TraceImport } from "./traceImport";
import type { TracePanels } from "./tracePanel";
import type { TraceScoring } from "./traceScoring";
import type { TraceStore } from "./traceStore";

export interface CommandParts {
  readonly engine: EngineProcess;
  readonly store: TraceStore;
  readonly runs: PromptRuns;
  readonly panels: TracePanels;
  readonly target: PromptTarget;
  readonly inputs: PromptInputs;
  readonly strategies: StrategyPicker;
  readonly models: ModelPicker;
  readonly capabilities: CapabilityPages;
  readonly hub: HubDownload;
  readonly bench: DatasetBench;
  readonly servers: ServerKeys;
  readonly probes: Probes;
  readonly samples: Samples;
  readonly importing: TraceImport;
  readonly traceEditor: TraceEditor;
  readonly scoring: TraceScoring;
  readonly explorer: ExplorerTree;
  readonly messages: Messages;
  readonly log: vscode.LogOutputChannel;
}

export type Command = (argument: unknown, more: unknown) => unknown;
