/** The composition root: builds the parts and passes them to each other. Nothing is decided here. */
import "./editor/host/language";
import path from "node:path";
import * as vscode from "vscode";
import { BenchFiles } from "./editor/bench/benchFiles";
import { CapabilityPages } from "./editor/models/capabilityPages";
import { CodeLenses } from "./editor/results/codeLenses";
import { commandsOf, registerCommands, type Commands } from "./editor/commands/commands";
import { DatasetBench } from "./editor/bench/datasetBench";
import { openLinks } from "./editor/commands/deepLinks";
import { EngineProcess } from "./editor/host/engineProcess";
import { EngineStatus } from "./editor/runs/engineStatus";
import { ExplorerTree } from "./editor/results/explorerTree";
import { tellFailures } from "./editor/panels/failures";
import { HubDownload } from "./editor/models/hubDownload";
import { Messages } from "./editor/host/messages";
import { NamedTrust } from "./editor/host/namedTrust";
import { LoadedModels } from "./editor/models/loadedModels";
import { ModelPicker } from "./editor/models/modelPicker";
import { RecentModels } from "./editor/models/recentModels";
import { panelRequests, runsRequests } from "./editor/commands/panelRequests";
import { panelActions } from "./editor/panels/panelActions";
import { Probes } from "./editor/probes/probes";
import { PromptAnnotations } from "./editor/results/promptAnnotations";
import { PromptDiagnostics } from "./editor/prompts/promptDiagnostics";
import { Background } from "./background/background";
import { DatasetPicker } from "./editor/prompts/datasetPicker";
import { PromptDocuments } from "./editor/prompts/promptDocuments";
import { KeptValues } from "./editor/prompts/keptValues";
import { PromptInputs } from "./editor/prompts/promptInputs";
import { PromptRuns } from "./editor/runs/promptRuns";
import { PromptTarget } from "./editor/commands/promptTarget";
import { RunsPanel } from "./editor/results/runsPanel";
import { Samples } from "./editor/files/samples";
import { OpenEndedModels } from "./editor/models/openEndedModels";
import { ServerKeys } from "./editor/models/serverKeys";
import { tellEngine } from "./editor/models/tellEngine";
import { settings, WAITING_SETTINGS } from "./editor/host/settings";
import { OptionEditor } from "./editor/runs/optionEditor";
import { PromptOptions } from "./editor/runs/promptOptions";
import { StrategyPicker } from "./editor/runs/strategyPicker";
import { TraceEditor } from "./editor/panels/traceEditor";
import { FieldMappings } from "./editor/host/fieldMappings";
import { ThoughtEdits } from "./editor/files/thoughtEdits";
import { TraceImport } from "./editor/files/traceImport";
import { SamplesPanels } from "./editor/panels/samplesPanel";
import { TracePanels } from "./editor/panels/tracePanel";
import { TraceBranching } from "./editor/commands/traceBranching";
import { TraceScoring } from "./editor/commands/traceScoring";
import { WhatIfQuestions } from "./editor/commands/whatIfQuestions";
import { TraceStore } from "./editor/store/traceStore";

/** What other extensions, and the tests, may use. */
export interface ThoughtlensApi {
  /** The recorded runs, and events as they come in. */
  readonly store: TraceStore;
  /** What runs now. */
  readonly runs: PromptRuns;
  /** The engine's process: its state and process id. */
  readonly engine: EngineProcess;
  /** What a person was told when something went wrong. */
  readonly messages: Messages;
  /** Milliseconds that `activate` took. */
  readonly activationMs: number;
}

export function activate(context: vscode.ExtensionContext): ThoughtlensApi {
  const began = performance.now();
  const { extensionUri, extensionPath } = context;
  const storage = context.storageUri ?? context.globalStorageUri;

  const log = vscode.window.createOutputChannel("Thoughtlens", { log: true });
  // Views ask for commands, and commands are made of views: requests find the commands when one is asked for.
  const requestParts = () => ({ commands, importing, messages, openEnded, models, panels, branching });
  const requests = panelRequests(requestParts);
  const messages = new Messages(log, (command) => requests.command(command, undefined));
  const probesFolder = path.join(context.globalStorageUri.fsPath, "probes");
  const trust = new NamedTrust(context.globalState, probesFolder);
  const engine = new EngineProcess(path.join(extensionPath, "dist", "engine.cjs"), {}, (call) => trust.demand(call));
  const store = new TraceStore(
    () => settings.traceFolder() ?? path.join(storage.fsPath, "traces"),
    path.join(storage.fsPath, "indexes"),
  );
  const background = new Background(path.join(extensionPath, "dist", "background.cjs"));
  const prompts = new PromptDocuments(background);
  const mappings = new FieldMappings(context.globalState);
  const datasets = new DatasetPicker(mappings);
  const probes = new Probes(engine, datasets, context.globalState, probesFolder);
  const promptOptions = new PromptOptions(context.workspaceState);
  const runs = new PromptRuns(engine, store, probes, promptOptions);
  const actions = panelActions(log, engine, requests, (run) => store.run(run) !== undefined);
  const panels = new TracePanels(extensionUri, store, actions);
  const sampled = new SamplesPanels(extensionUri, store, actions);
  const target = new PromptTarget(prompts, store, panels);
  const inputs = new PromptInputs(prompts, new KeptValues(context.workspaceState));
  const loaded = new LoadedModels(engine);
  const options = new OptionEditor(engine, promptOptions);
  const strategies = new StrategyPicker(engine, loaded, context.workspaceState, options);
  const openEnded = new OpenEndedModels(engine, context.globalState);
  tellEngine(engine, ["device"], () => engine.call("setDevice", { device: settings.device() }));
  tellEngine(engine, WAITING_SETTINGS, () => engine.call("setWaiting", settings.waiting()));
  const hub = new HubDownload(engine, context.secrets);
  const capabilities = new CapabilityPages(engine, loaded);
  const recent = new RecentModels(context.globalState);
  const servers = new ServerKeys(engine, context.secrets, recent);
  const models = new ModelPicker({ engine, hub, capabilities, loaded, recent, trust, messages });
  const samples = new Samples(extensionUri, context.globalStorageUri);
  const allRuns = new RunsPanel(extensionUri, store, runsRequests(requestParts, actions.failed));
  const importing = new TraceImport({
    ...{ store, panels, mappings },
    script: path.join(extensionPath, "dist", "importWorker.cjs"),
    showMany: (subset) => allRuns.show(subset),
  });
  const traceEditor = new TraceEditor(extensionUri, actions);
  const benches = new BenchFiles(path.join(storage.fsPath, "benches"), (file) =>
    log.warn(`${file} was deleted while its bench ran: it has been written anew.`),
  );
  const bench = new DatasetBench(prompts, datasets, runs, benches, { extensionUri, store, actions });
  const scoring = new TraceScoring({ store, panels, target, runs, models });
  const edits = new ThoughtEdits();
  const branching = new TraceBranching({ store, panels, target, runs, traceEditor, edits });
  const whatIf = new WhatIfQuestions({ engine, store, panels, runOf: (argument) => target.runOf(argument) });
  const explorer = new ExplorerTree(store, runs, (files) => commands.importTraces(files));
  const commands: Commands = commandsOf({
    engine,
    store,
    runs,
    panels,
    target,
    inputs,
    strategies,
    options,
    models,
    capabilities,
    hub,
    bench,
    datasets,
    servers,
    trust,
    probes,
    samples,
    sampled,
    importing,
    traceEditor,
    scoring,
    branching,
    whatIf,
    explorer,
    allRuns,
    messages,
    log,
  });

  context.subscriptions.push(
    background,
    log,
    messages,
    engine,
    loaded,
    store,
    runs,
    panels,
    sampled,
    allRuns,
    bench,
    explorer,
    edits,
    traceEditor,
    capabilities,
    new CodeLenses(prompts, store, runs),
    new PromptAnnotations(extensionUri, prompts, store),
    new PromptDiagnostics(prompts),
    new EngineStatus(engine, runs, loaded),
    openLinks((run, at) => void commands.revealStep({ run, at })),
    tellPauses(runs, panels),
    tellFailures({ engine, runs, store }, messages, panels, log),
    settings.onChange(["traceFolder"], () => void store.reload()),
    registerCommands(commands),
  );
  return { store, runs, engine, messages, activationMs: performance.now() - began };
}

/** Views show which run a person holds. */
function tellPauses(runs: PromptRuns, panels: TracePanels): vscode.Disposable {
  return runs.onDidChange((progress) => panels.hold(progress?.paused ? progress.runs : []));
}
