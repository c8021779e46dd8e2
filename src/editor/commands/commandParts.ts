/** The parts of the extension that commands call. */
import type * as vscode from "vscode";
import type { CapabilityPages } from "../models/capabilityPages";
import type { DatasetBench } from "../bench/datasetBench";
import type { DatasetPicker } from "../prompts/datasetPicker";
import type { EngineProcess } from "../host/engineProcess";
import type { ExplorerTree } from "../results/explorerTree";
import type { HubDownload } from "../models/hubDownload";
import type { Messages } from "../host/messages";
import type { NamedTrust } from "../host/namedTrust";
import type { ModelPicker } from "../models/modelPicker";
import type { Probes } from "../probes/probes";
import type { PromptInputs } from "../prompts/promptInputs";
import type { PromptRuns } from "../runs/promptRuns";
import type { OptionEditor } from "../runs/optionEditor";
import type { PromptTarget } from "./promptTarget";
import type { ServerKeys } from "../models/serverKeys";
import type { RunsPanel } from "../results/runsPanel";
import type { Samples } from "../files/samples";
import type { SamplesPanels } from "../panels/samplesPanel";
import type { StrategyPicker } from "../runs/strategyPicker";
import type { TraceBranching } from "./traceBranching";
import type { TraceEditor } from "../panels/traceEditor";
import type { TraceImport } from "../files/traceImport";
import type { TracePanels } from "../panels/tracePanel";
import type { TraceScoring } from "./traceScoring";
import type { WhatIfQuestions } from "./whatIfQuestions";
import type { TraceStore } from "../store/traceStore";

export interface CommandParts {
  readonly engine: EngineProcess;
  readonly store: TraceStore;
  readonly runs: PromptRuns;
  readonly panels: TracePanels;
  readonly target: PromptTarget;
  readonly inputs: PromptInputs;
  readonly strategies: StrategyPicker;
  readonly options: OptionEditor;
  readonly models: ModelPicker;
  readonly capabilities: CapabilityPages;
  readonly hub: HubDownload;
  readonly bench: DatasetBench;
  readonly datasets: DatasetPicker;
  readonly servers: ServerKeys;
  readonly trust: NamedTrust;
  readonly probes: Probes;
  readonly samples: Samples;
  readonly sampled: SamplesPanels;
  readonly importing: TraceImport;
  readonly traceEditor: TraceEditor;
  readonly scoring: TraceScoring;
  readonly branching: TraceBranching;
  readonly whatIf: WhatIfQuestions;
  readonly explorer: ExplorerTree;
  readonly allRuns: RunsPanel;
  readonly messages: Messages;
  readonly log: vscode.LogOutputChannel;
}

/** Menus, links and other extensions may hand anything to a command: each checks what it was given. */
export type Command = (argument: unknown, more: unknown) => unknown;
