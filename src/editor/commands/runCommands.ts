/** Commands that run a model: trace, compare, bench, score. */
import * as vscode from "vscode";
import { STRATEGIES, strategyFacts, strategyTitle } from "../../core/catalogue";
import { shortModelName } from "../../core/protocol/modelName";
import { shorten } from "../../core/text/shorten";
import { settings } from "../host/settings";
import { demandRunning } from "../host/trust";
import { datasetOfTasks } from "../prompts/tasksBeside";
import type { TracedPrompt } from "../prompts/tracedPrompt";
import type { RunAgain } from "../panels/lostRuns";
import type { Job } from "../runs/promptRuns";
import { chooseSamples, givenSamples, isSampleCount, type SampleChoice } from "../runs/sampleChoice";
import type { Command, CommandParts } from "./commandParts";

/** Thinking in latents, and its control. */
const LATENT = STRATEGIES.filter(({ latents }) => latents !== undefined).map(({ id }) => id);

const USUAL_QUESTIONS = 50;

export function runCommands({
  runs,
  panels,
  target,
  inputs,
  strategies,
  options,
  bench,
  datasets,
  scoring,
  branching,
  whatIf,
  store,
  traceEditor,
  sampled,
  models,
}: CommandParts) {
  /** @param kept runs that are shown before those of the job */
  const show = (job: Job, kept: readonly string[]): void => {
    const { prompt, strategies } = job;
    panels.show({
      title: kept.length > 0 ? vscode.l10n.t("Compare: {0}", shorten(prompt.name, 40)) : titleOf(job),
      detail: shorten(prompt.name, 40),
      runs: [...kept, ...job.runs],
      asked: Object.fromEntries(job.runs.map((run, at) => [run, strategies[at]!])),
      place: { uri: prompt.uri.toString(), line: prompt.line },
      slot: prompt.key,
    });
  };
  /** The ids of the runs, once the last is over: what a caller of the command waits for. */
  const start = async (
    prompt: TracedPrompt,
    chosen: readonly string[],
    kept: readonly string[] = [],
  ): Promise<readonly string[]> => {
    const filled = await inputs.ask(prompt);
    if (!filled) return [];
    const job = runs.start(filled, chosen);
    show(job, kept);
    await job.done;
    return job.runs;
  };
  /** The prompt that an argument means, and the strategy of the run that it names. */
  const ofRun = async (argument: unknown) => {
    const { run } = (argument ?? {}) as { run?: unknown };
    if (typeof run !== "string") return { prompt: await target.promptOf(argument), strategy: undefined };
    const known = store.run(run);
    // A trace that was opened as a file, such as a sample, is in no list.
    const opened = known ? [] : ((await traceEditor.activeTraces()) ?? []);
    const header = opened.find((trace) => trace.header?.id === run)?.header;
    const prompt = header ? target.ofOpened(header) : await target.promptOf(argument);
    return { prompt, strategy: known?.header.strategy ?? header?.strategy };
  };
  return {
    trace: async (argument) => {
      demandRunning();
      return start(await target.promptOf(argument), [settings.strategy()]);
    },
    traceWith: async (argument, strategy) => {
      demandRunning();
      const prompt = await target.promptOf(argument);
      const chosen = typeof strategy === "string" ? strategy : await strategies.one(prompt);
      return chosen === undefined ? [] : start(prompt, [chosen]);
    },
    setOptions: async (argument, more) => {
      demandRunning();
      const { prompt, strategy: recorded } = await ofRun(argument);
      const { strategy, options: values } = (more ?? {}) as { strategy?: unknown; options?: unknown };
      if (typeof strategy === "string" && typeof values === "object" && values !== null)
        return options.set(prompt, strategy, values as Record<string, unknown>);
      // What another tool or model wrote names no strategy of ours.
      const own = strategyFacts(recorded) ? recorded : undefined;
      const asked = typeof strategy === "string" ? strategy : own;
      const chosen = asked ?? (await strategies.one(undefined, vscode.l10n.t("Set Options of a Strategy")));
      if (chosen === undefined || !(await options.edit(prompt, chosen))) return [];
      return start(prompt, [chosen]);
    },
    compare: async (argument, list) => {
      demandRunning();
      const prompt = await target.promptOf(argument);
      const chosen = isNameList(list) ? list : await strategies.several(prompt);
      return chosen === undefined ? [] : start(prompt, chosen);
    },
    compareModels: async (argument, more) => {
      demandRunning();
      const prompt = await target.promptOf(argument);
      // Other extensions say what they want; a person is asked.
      const given = (more ?? {}) as { models?: unknown; strategies?: unknown };
      const chosen = isNameList(given.models)
        ? given.models
        : await models.chooseSeveral(vscode.l10n.t("Compare Models"));
      if (chosen.length === 0) return [];
      const list = isNameList(given.strategies) ? given.strategies : await strategies.several(prompt);
      const filled = list && (await inputs.ask(prompt));
      if (!filled) return [];
      const job = runs.start(filled, list, { models: chosen });
      show(job, []);
      await job.done;
      return job.runs;
    },
    compareSamples: async (argument, more) => {
      demandRunning();
      const prompt = await target.promptOf(argument);
      // Other extensions say what they want; a person is asked.
      const given = (more ?? {}) as Partial<Record<keyof SampleChoice | "strategy", unknown>>;
      const choice = isSampleCount(given.samples)
        ? givenSamples(given, given.samples)
        : await chooseSamples(prompt.options["temperature"]);
      if (!choice) return [];
      const strategy = typeof given.strategy === "string" ? given.strategy : await strategies.one(prompt);
      const filled = strategy === undefined ? undefined : await inputs.ask(prompt);
      if (strategy === undefined || !filled) return [];
      const { samples, temperature, vote } = choice;
      const options = { ...filled.options, ...(temperature === undefined ? {} : { temperature }) };
      const ended = (run: string) => void sampled.ended(run);
      // What reads whole traces is loaded where it is asked for.
      const watch =
        vote === undefined ? undefined : (await import("../runs/sampleVote")).SampleVote.named(vote, strategy);
      const job = runs.start({ ...filled, options }, [strategy], {
        samples,
        atOnce: settings.runsAtOnce(),
        ended,
        watch,
      });
      const model = shortModelName(settings.model());
      sampled.show({ question: prompt.name, strategy, model, runs: job.runs, vote });
      await job.done;
      sampled.over(job.runs);
      return job.runs;
    },
    runAgain: async (argument) => {
      demandRunning();
      const { strategies: lost, kept, runs: shown = [], place } = (argument ?? {}) as Partial<RunAgain>;
      if (!isNameList(lost)) return [];
      const known = shown.find((run) => store.run(run) !== undefined);
      const uri = place && vscode.Uri.parse(place.uri);
      const prompt = await target.promptOf(known === undefined && uri ? { uri, line: place.line } : { run: known });
      return start(prompt, lost, kept);
    },
    benchDataset: async (file, list) => {
      demandRunning();
      const dataset =
        file instanceof vscode.Uri && isNameList(list)
          ? await datasets.read(file)
          : await datasets.pick(vscode.l10n.t("Bench Dataset"), USUAL_QUESTIONS);
      if (!dataset) return [];
      const chosen = isNameList(list) ? list : await strategies.several();
      return chosen === undefined ? [] : bench.start(dataset, chosen);
    },
    benchTasks: async (argument, list) => {
      demandRunning();
      const prompt = await target.promptOf(argument);
      const dataset = await datasetOfTasks(prompt.uri, prompt.messages);
      const chosen = isNameList(list) ? list : await strategies.several();
      return chosen === undefined ? [] : bench.start(dataset, chosen);
    },
    resumeBench: (id) => {
      demandRunning();
      return bench.resume(typeof id === "string" ? id : undefined);
    },
    openBench: () => bench.open(),
    scoreTrace: (argument, model) => scoring.score(argument, typeof model === "string" ? model : undefined),
    stopHere: (argument) => branching.answer(argument),
    continueHere: (argument, text) => branching.goOn(argument, typeof text === "string" ? text : undefined),
    continueEdited: (argument) => branching.goOnEdited(argument),
    sampleHere: (argument, count) => branching.sample(argument, typeof count === "number" ? count : undefined),
    takeToken: (argument, token) => branching.token(argument, typeof token === "string" ? token : undefined),
    measureImportance: (argument, samples) => whatIf.importance(argument, samples),
    testFaithfulness: (argument, tests) => whatIf.faithfulness(argument, tests),
    pauseControl: async (argument) => {
      demandRunning();
      const { prompt } = await ofRun(argument);
      // Both try the answer after each thought, so that they can be set side by side.
      return start({ ...prompt, options: { ...prompt.options, answers: true } }, LATENT);
    },
    pauseRun: () => runs.steer("pause"),
    resumeRun: () => runs.steer("resume"),
    stopThinking: () => runs.steer("answer"),
    cancel: () => runs.cancel(),
  } satisfies Record<string, Command>;
}

function titleOf({ prompt, strategies }: Job): string {
  return strategies.length > 1
    ? vscode.l10n.t("Compare: {0}", shorten(prompt.name, 40))
    : strategyTitle(strategies[0]!);
}

function isNameList(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "string");
}
