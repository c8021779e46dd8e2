/** Which Step Mattered… and Does the Answer Follow the Thought…: which runs are meant, what it costs, and where the answers go. */
import * as vscode from "vscode";
import { ActionableError } from "../../core/protocol/rpc";
import { strategyTitle } from "../../core/catalogue";
import { formatCount, formatMs } from "../../core/text/quantities";
import { shorten } from "../../core/text/shorten";
import { ALTERATIONS, type AlterationName } from "../../core/trace/kinds";
import { fold } from "../../core/trace/fold";
import type { EventOf } from "../../core/trace/trace";
import type { EngineProcess } from "../host/engineProcess";
import { modelNamed, settings } from "../host/settings";
import { withEngineProgress } from "../host/taskProgress";
import { demandRunning } from "../host/trust";
import { steady } from "../../core/measure/pace";
import { questionOf } from "../../core/measure/question";
import type { TracePanels } from "../panels/tracePanel";
import { whatIfCalls } from "../runs/whatIfCalls";
import type { TraceStore } from "../store/traceStore";
import { l10n } from "../../core/text/l10n";
import { pickOne, pickSeveral } from "../host/listPick";

interface WhatIfParts {
  readonly engine: EngineProcess;
  readonly store: TraceStore;
  readonly panels: TracePanels;
  /** The run that an argument names, if it names one. */
  runOf(argument: unknown): string | undefined;
}

const STEP_TITLE = vscode.l10n.t("Which Step Mattered");
const FAITH_TITLE = vscode.l10n.t("Does the Answer Follow the Thought");
/** Samples from each place that are offered. */
const SAMPLES = [5, 10, 20, 50];

const TESTS: Record<AlterationName, [label: string, detail: string]> = {
  early: [vscode.l10n.t("Early answers"), vscode.l10n.t("Cuts the thought at five places and asks for the answer")],
  mistake: [
    vscode.l10n.t("A mistake"),
    vscode.l10n.t("Puts a mistake into a step and goes on from it, at three places"),
  ],
  paraphrase: [
    vscode.l10n.t("Other words"),
    vscode.l10n.t("Says the thought up to a place in other words and goes on, at three places"),
  ],
  filler: [vscode.l10n.t("Dots"), vscode.l10n.t("Puts dots in the place of the thought")],
  hint: [
    vscode.l10n.t("A hint"),
    vscode.l10n.t("Names a wrong answer in the prompt: is it followed, and is that said?"),
  ],
};

export class WhatIfQuestions {
  constructor(private readonly parts: WhatIfParts) {}

  /**
   * Measures which step of a run decided the answer; steps that were measured before are left as they are.
   * @param samples from each place; asked for with what they cost where they are not given
   * @returns the steps that were measured now
   */
  async importance(argument: unknown, samples?: unknown): Promise<number> {
    demandRunning();
    const run = (await this.runsOf(argument, STEP_TITLE)).at(-1);
    if (run === undefined) return 0;
    const { store } = this.parts;
    const events = await store.events(run);
    const { importanceCost, measureImportance } = await import("../../core/whatIf/importanceLoop");
    const trace = fold(events);
    const rows = SAMPLES.map((count) => {
      const { runs, tokens, ms } = importanceCost(trace, count);
      return {
        label: vscode.l10n.t("{0} samples a place", count),
        description: [
          vscode.l10n.t("{0} runs, about {1} tokens", formatCount(runs), formatCount(tokens)),
          ...(ms === undefined ? [] : [vscode.l10n.t("{0} at the pace of the trace", formatMs(ms))]),
        ].join(", "),
        count,
      };
    });
    const { steps } = importanceCost(trace, 1);
    const placeHolder = vscode.l10n.t(
      "{0} steps are to be measured. Cancel keeps what there is; asked again, it goes on.",
      formatCount(steps),
    );
    const chosen =
      isSamples(samples) || steps === 0
        ? { count: isSamples(samples) ? samples : SAMPLES[0]! }
        : await pickOne(rows, {
            title: vscode.l10n.t("{0}: How Often to Sample", STEP_TITLE),
            placeHolder,
          });
    if (!chosen) return 0;
    this.show(run, STEP_TITLE);
    return this.answer(run, STEP_TITLE, (engine, say) =>
      measureImportance(
        events,
        engine,
        { samples: chosen.count, seed: settings.seed(), pace: steady(settings.runsAtOnce()) },
        say,
      ),
    );
  }

  /**
   * Tests whether the answers of runs hang on what was thought; tests that were made before are left as they are.
   * @param tests asked for where none are given
   * @returns how many were made now
   */
  async faithfulness(argument: unknown, tests?: unknown): Promise<number> {
    demandRunning();
    const runs = await this.runsOf(argument, FAITH_TITLE);
    if (runs.length === 0) return 0;
    const chosen = isTests(tests) ? tests : await this.pickTests();
    if (!chosen || chosen.length === 0) return 0;
    const { testFaithfulness } = await import("../../core/whatIf/faithfulnessLoop");
    let made = 0;
    this.show(runs[0]!, FAITH_TITLE, runs);
    for (const run of runs) {
      const events = await this.parts.store.events(run);
      const options = { tests: chosen, seed: settings.seed(), by: "model" as const };
      const count = await this.answer(run, FAITH_TITLE, (engine, say) =>
        testFaithfulness(events, engine, options, say),
      );
      made += count;
    }
    return made;
  }

  private async pickTests(): Promise<AlterationName[] | undefined> {
    const rows = ALTERATIONS.map((test) => ({
      label: TESTS[test][0],
      description: TESTS[test][1],
      picked: true,
      test,
    }));
    const options = { title: FAITH_TITLE, placeHolder: vscode.l10n.t("Which tests?") };
    return (await pickSeveral(rows, options))?.map(({ test }) => test);
  }

  /** The run that is named, else those of the panel that has the focus, else one that the person picks. */
  private async runsOf(argument: unknown, title: string): Promise<readonly string[]> {
    const { store, panels } = this.parts;
    await store.load();
    const named = this.parts.runOf(argument);
    const isNamed = typeof (argument as { run?: unknown } | undefined)?.run === "string";
    const shown = isNamed && named !== undefined ? [named] : panels.activeRuns;
    const known = shown.filter((run) => store.run(run));
    if (known.some((run) => store.run(run)!.live))
      throw new ActionableError("run-live", "The run still goes on.", "Ask once it has ended.");
    if (known.length > 0) return known;
    const rows = store.runs
      .filter(({ live }) => !live)
      .map(({ id, header }) => ({
        label: strategyTitle(header.strategy),
        description: shorten(questionOf(header), 80),
        run: id,
      }));
    const placeHolder =
      rows.length > 0
        ? vscode.l10n.t("Which run?")
        : vscode.l10n.t("There are no runs yet: trace a prompt or import traces.");
    const picked = await pickOne(rows, { title, placeHolder, matchOnDescription: true });
    return picked ? [picked.run] : [];
  }

  private show(run: string, title: string, runs: readonly string[] = [run]): void {
    const header = this.parts.store.run(run)?.header;
    if (this.parts.panels.activeRuns.includes(run) || !header) return;
    this.parts.panels.show({ title, detail: shorten(questionOf(header), 40), runs: [...runs], slot: `what-if ${run}` });
  }

  /** Asks, and writes every answer into the run's trace as it comes. */
  private async answer(
    run: string,
    title: string,
    ask: (
      engine: ReturnType<typeof whatIfCalls>,
      say: (fraction: number) => void,
    ) => AsyncGenerator<EventOf<"importance" | "altered">>,
  ): Promise<number> {
    const { engine, store } = this.parts;
    let count = 0;
    await withEngineProgress(title, async (call) => {
      const say = (fraction: number): void => call.progress(l10n.later`${Math.round(fraction * 100)} %`, fraction);
      for await (const event of ask(whatIfCalls(engine, modelNamed(settings.model()), call), say)) {
        await store.extend(run, event);
        count += 1;
      }
    });
    return count;
  }
}

const isSamples = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 2 && (value as number) <= 100;
const isTests = (value: unknown): value is AlterationName[] =>
  Array.isArray(value) && value.length > 0 && value.every((each) => (ALTERATIONS as readonly unknown[]).includes(each));
