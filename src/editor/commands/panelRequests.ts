/** What views and the buttons of messages ask for, as calls of the commands. */
import * as vscode from "vscode";
import type { PanelCommand } from "../../core/protocol/panelApi";
import { importFiles, type TraceImport } from "../files/traceImport";
import type { Messages } from "../host/messages";
import type { ModelPicker } from "../models/modelPicker";
import type { OpenEndedModels } from "../models/openEndedModels";
import type { PanelRequests } from "../panels/panelActions";
import type { RunsActions } from "../results/runsPanel";
import type { TracePanels } from "../panels/tracePanel";
import type { BranchKind } from "../../core/measure/branchPlaces";
import type { Commands } from "./commands";
import type { TraceBranching } from "./traceBranching";

interface RequestParts {
  readonly commands: Commands;
  readonly importing: TraceImport;
  readonly messages: Messages;
  readonly openEnded: OpenEndedModels;
  readonly models: ModelPicker;
  readonly panels: TracePanels;
  readonly branching: TraceBranching;
}

/** What a request is about: a run, or whatever is in sight. */
type About = { readonly run: string } | undefined;

const CALLS: Record<PanelCommand, (commands: Commands, about: About, parts: RequestParts) => unknown> = {
  trace: (commands, about) => commands.trace(about),
  compare: (commands, about) => commands.compare(about),
  "run-again": (commands, about) => commands.compare(about),
  cancel: (commands) => commands.cancel(),
  pause: (commands) => commands.pauseRun(),
  resume: (commands) => commands.resumeRun(),
  "stop-thinking": (commands) => commands.stopThinking(),
  "restart-engine": (commands) => commands.restartEngine(),
  "pause-control": (commands, about) => commands.pauseControl(about),
  "open-prompt": (commands, about) => commands.revealPrompt(about),
  "pick-model": (commands) => commands.chooseModel(),
  "allow-model": (_, __, { openEnded, messages }) => messages.attempt(() => openEnded.ask()),
  "download-model": (_, __, { models, messages }) => messages.attempt(() => models.download()),
  "resume-bench": (commands) => commands.resumeBench(),
  "add-traces": (commands) => commands.importTraces(),
  "name-fields": (_, __, { importing, messages }) => messages.attempt(() => importing.nameFields()),
  "trace-with": (commands, about) => commands.traceWith(about),
  "score-trace": (commands, about) => commands.scoreTrace(about),
  "measure-importance": (commands, about) => commands.measureImportance(about),
  "test-faithfulness": (commands, about) => commands.testFaithfulness(about),
  "train-probe": (commands) => commands.trainProbe(),
  "set-server-key": (commands) => commands.setServerKey(),
  "set-hub-token": (commands) => commands.setHubToken(),
  "open-options": (commands) => commands.openOptionsSetting(),
  "set-options": (commands, about) => commands.setOptions(about),
  "open-watch-list": (commands) => commands.openWatchListSetting(),
  "open-trace-folder": (commands) => commands.openTraceFolderSetting(),
  "manage-trust": () => vscode.commands.executeCommand("workbench.trust.manage"),
  "show-log": (commands) => commands.showLog(),
};

const BRANCHES: Record<BranchKind, (commands: Commands, place: { run: string; at: number }) => unknown> = {
  answer: (commands, place) => commands.stopHere(place),
  continue: (commands, place) => commands.continueHere(place),
  sample: (commands, place) => commands.sampleHere(place),
  token: (commands, place) => commands.takeToken(place),
};

/** @param parts asked for when they are needed: commands are made of the views that ask for them */
export function panelRequests(parts: () => RequestParts): PanelRequests {
  return {
    command: (command, run) => {
      // The name comes from a page.
      if (!Object.hasOwn(CALLS, command)) return;
      void CALLS[command](parts().commands, run === undefined ? undefined : { run }, parts());
    },
    select: (run, at) => {
      parts().branching.choose(run, at);
      void parts().commands.revealStep({ run, at, from: "panel" });
    },
    branch: (kind, place) => {
      // The kind comes from a page.
      if (Object.hasOwn(BRANCHES, kind)) void BRANCHES[kind](parts().commands, place);
    },
    addTraces: (dropped, beside) => {
      const { importing, messages, panels } = parts();
      void messages.attempt(async () => {
        const chosen = dropped ? importFiles(dropped) : await importing.choose();
        if (chosen.length === 0) return;
        if (beside && "slot" in beside) panels.add(beside.slot, await importing.adopt(chosen));
        else await importing.files([...(beside ? [beside.file] : []), ...chosen]);
      });
    },
    useSetting: (strategy, threshold) => void parts().commands.useSetting(strategy, threshold),
    compareRuns: (runs) => void parts().commands.compareRuns(runs),
    resumeBench: (id) => void parts().commands.resumeBench(id),
    runAgain: (lost) => void parts().commands.runAgain(lost),
  };
}

/** What the table of all runs asks for. @param failed is told what went wrong in its page */
export function runsRequests(parts: () => RequestParts, failed: (message: string) => void): RunsActions {
  return {
    open: (run) => void parts().commands.openTrace({ run }),
    compare: (runs) => void parts().commands.compareRuns(runs),
    remove: (runs) => void parts().commands.deleteRuns(runs),
    importFiles: (dropped) => void parts().commands.importTraces(dropped && importFiles(dropped)),
    failed,
  };
}
