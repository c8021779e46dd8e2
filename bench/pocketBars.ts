/** The bars of the pocket family: what each method has to reach on problems that nothing was trained on. */
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { mcnemar, wilson } from "../src/core/statistics";
import { loadRouter, type Paradigm } from "../src/engine/paradigmRouter";
import type { DatasetRun } from "../src/engine/datasetRun";
import { problems, type Family } from "./datasets";
import { frontierMass } from "./frontier";
import { POCKET_FOLDER, type Runner } from "./runner";

export interface BarResult {
  bar: string;
  measured: string;
  target: string;
  met: boolean;
}

export interface Settings {
  runner: Runner;
  /** Problems a family. */
  limit: number;
}

type Bar = (settings: Settings) => Promise<BarResult[]>;

const MODEL = { kind: "folder", path: "pocket" } as const;
/** Context allowed to InftyThink and to the chain of thought it is compared with, in tokens. */
const SMALL_CONTEXT = 416;
const TEXT_FAMILIES: readonly Family[] = ["arithmetic", "prosqa", "triage"];
const PARADIGM_OF: Record<Family, Paradigm> = {
  arithmetic: "chunked_symbolism",
  "long-arithmetic": "chunked_symbolism",
  prosqa: "conceptual_chaining",
  triage: "expert_lexicons",
};

function run(
  settings: Settings,
  family: Family,
  strategy: string,
  options: Record<string, unknown> = {},
): Promise<DatasetRun[]> {
  const name = [strategy, ...Object.entries(options).map(([key, value]) => `${key}=${JSON.stringify(value)}`)].join(
    " ",
  );
  const contender = { name, strategy, model: MODEL, options };
  return settings.runner.runs(family, problems(family, "test", settings.limit), contender);
}

async function over(
  settings: Settings,
  families: readonly Family[],
  strategy: string,
  options = {},
): Promise<DatasetRun[]> {
  const all: DatasetRun[] = [];
  for (const family of families) {
    const offset = all.length;
    all.push(
      ...(await run(settings, family, strategy, options)).map((each) => ({
        ...each,
        question: each.question + offset,
      })),
    );
  }
  return all;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
const accuracy = (runs: readonly DatasetRun[]): number => mean(runs.map((each) => Number(each.correct)));
const total = (runs: readonly DatasetRun[]): number => mean(runs.map((each) => each.figures.tokens.total));

function share(runs: readonly DatasetRun[]): string {
  const right = runs.filter((each) => each.correct).length;
  const [low, high] = wilson(right, runs.length);
  return `${(accuracy(runs) * 100).toFixed(1)} % [${(low * 100).toFixed(1)}, ${(high * 100).toFixed(1)}] (n=${runs.length})`;
}

/** McNemar's p for two lists of runs over the same questions. */
function paired(a: readonly DatasetRun[], b: readonly DatasetRun[]): number {
  const onlyA = a.filter((each, index) => each.correct && !b[index]!.correct).length;
  const onlyB = b.filter((each, index) => each.correct && !a[index]!.correct).length;
  return mcnemar(onlyA, onlyB);
}

const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;

const thinking: Bar = async (settings) => {
  const without = await run(settings, "arithmetic", "no-thinking");
  const cot = await run(settings, "arithmetic", "chain-of-thought");
  return [
    { bar: "no-thinking, arithmetic", measured: share(without), target: "≤ 40 %", met: accuracy(without) <= 0.4 },
    {
      bar: "chain of thought, arithmetic",
      measured: `${share(cot)}, ${total(cot).toFixed(0)} tokens`,
      target: "≥ 95 %",
      met: accuracy(cot) >= 0.95,
    },
  ];
};

/** A short style against chain of thought: accuracy lost, and share of its tokens. */
function short(name: string, strategy: string, families: readonly Family[]): Bar {
  return async (settings) => {
    const cot = await over(settings, families, "chain-of-thought");
    const runs = await over(settings, families, strategy);
    const ratio = total(runs) / total(cot);
    const difference = accuracy(runs) - accuracy(cot);
    return [
      {
        bar: name,
        measured: `${share(runs)} against ${share(cot)} (p=${paired(runs, cot).toPrecision(2)}), ${percent(ratio)} of its tokens`,
        target: "≥ CoT − 2 points at ≤ 35 % of its tokens",
        met: difference >= -0.02 && ratio <= 0.35,
      },
    ];
  };
}

const router: Bar = async ({ limit }) => {
  const route = await loadRouter(path.join(POCKET_FOLDER, "router", "router.json"));
  const rows = TEXT_FAMILIES.flatMap((family) =>
    problems(family, "test", limit).map(({ question }) => ({ family, question })),
  );
  const right = rows.filter(({ family, question }) => route(question).scores[0]![0] === PARADIGM_OF[family]).length;
  return [
    {
      bar: "paradigm router",
      measured: `${percent(right / rows.length)} (n=${rows.length})`,
      target: "≥ 97 %",
      met: right / rows.length >= 0.97,
    },
  ];
};

const deer: Bar = async (settings) => {
  const cot = await over(settings, TEXT_FAMILIES, "chain-of-thought");
  const runs = await over(settings, TEXT_FAMILIES, "deer");
  const spent = (each: DatasetRun) => each.figures.tokens.thinking + each.figures.tokens.trial;
  const ratio = mean(runs.map(spent)) / mean(cot.map(spent));
  const difference = accuracy(runs) - accuracy(cot);
  const cut = await over(settings, TEXT_FAMILIES, "budget", { tokens: Math.round(mean(runs.map(spent))) });
  const p = paired(runs, cut);
  return [
    {
      bar: "DEER",
      measured: `${share(runs)} against ${share(cot)}, ${percent(ratio)} of the thinking tokens, trials counted`,
      target: "≥ CoT − 0.5 points at ≤ 65 %",
      met: difference >= -0.005 && ratio <= 0.65,
    },
    {
      bar: "DEER against truncation at the same mean length",
      measured: `${share(runs)} against ${share(cut)}, p=${p.toPrecision(2)}`,
      target: "better, p < 0.05",
      met: accuracy(runs) > accuracy(cut) && p < 0.05,
    },
  ];
};

const lightThinker: Bar = async (settings) => {
  const cot = await run(settings, "arithmetic", "chain-of-thought");
  const runs = await run(settings, "arithmetic", "lightthinker");
  const peak = mean(runs.map((each) => each.figures.context.peak)) / mean(cot.map((each) => each.figures.context.peak));
  const dependency =
    mean(runs.map((each) => each.figures.context.dependency)) /
    mean(cot.map((each) => each.figures.context.dependency));
  return [
    {
      bar: "LightThinker",
      measured: `${share(runs)} against ${share(cot)}, peak ${percent(peak)}, dependency ${percent(dependency)}`,
      target: "≥ CoT − 2 points; peak ≤ 40 %; dependency ≤ 40 %",
      met: accuracy(runs) >= accuracy(cot) - 0.02 && peak <= 0.4 && dependency <= 0.4,
    },
  ];
};

const inftyThink: Bar = async (settings) => {
  const context = { contextTokens: SMALL_CONTEXT };
  const cot = await run(settings, "long-arithmetic", "chain-of-thought", context);
  const runs = await run(settings, "long-arithmetic", "inftythink", context);
  const whole = await run(settings, "long-arithmetic", "chain-of-thought");
  const longer = mean(whole.map((each) => each.figures.context.peak)) / SMALL_CONTEXT;
  return [
    {
      bar: `InftyThink in ${SMALL_CONTEXT} tokens of context, stories ${longer.toFixed(1)} × longer`,
      measured: `${share(runs)}; chain of thought in that context ${share(cot)}, without the limit ${share(whole)}`,
      target: "≥ 90 % where plain CoT in that context fails, stories 3 × longer",
      met: accuracy(runs) >= 0.9 && accuracy(cot) < 0.5 && longer >= 3,
    },
  ];
};

const coconut: Bar = async (settings) => {
  const latent = await run(settings, "prosqa", "coconut");
  const pause = await run(settings, "prosqa", "coconut-pause");
  const cot = await run(settings, "prosqa", "chain-of-thought");
  const questions = problems("prosqa", "test", settings.limit);
  const mass = mean(latent.flatMap((each, index) => frontierMass(questions[index]!.question, each.trace)));
  return [
    {
      bar: "Coconut, generated ProsQA test split",
      measured: `${share(latent)}; pause control ${share(pause)} (p=${paired(latent, pause).toPrecision(2)}); chain of thought ${share(cot)}`,
      target: "≥ 97.0 %",
      met: accuracy(latent) >= 0.97,
    },
    {
      bar: "Coconut latents: mass of latent k on nodes within k+1 steps",
      measured: percent(mass),
      target: "≥ 90 %",
      met: mass >= 0.9,
    },
  ];
};

const softCot: Bar = async (settings) => {
  const soft = await over(settings, TEXT_FAMILIES, "softcot");
  const none = await over(settings, TEXT_FAMILIES, "softcot", { control: "no-soft" });
  const shuffled = await over(settings, TEXT_FAMILIES, "softcot", { control: "shuffled" });
  const [againstNone, againstShuffled] = [paired(soft, none), paired(soft, shuffled)];
  return [
    {
      bar: "SoftCoT",
      measured: `${share(soft)}; without soft tokens ${share(none)} (p=${againstNone.toPrecision(2)}); shuffled ${share(shuffled)} (p=${againstShuffled.toPrecision(2)})`,
      target: "better than both, p < 0.05",
      met:
        accuracy(soft) > accuracy(none) &&
        accuracy(soft) > accuracy(shuffled) &&
        againstNone < 0.05 &&
        againstShuffled < 0.05,
    },
  ];
};

function bytesOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const file = path.join(folder, entry.name);
    return sum + (entry.isDirectory() ? bytesOf(file) : statSync(file).size);
  }, 0);
}

const size: Bar = () => {
  const bytes = bytesOf(POCKET_FOLDER);
  return Promise.resolve([
    {
      bar: "size of all variants",
      measured: `${(bytes / 2 ** 20).toFixed(1)} MiB`,
      target: "≤ 25 MB",
      met: bytes <= 25e6,
    },
  ]);
};

/** In the order they are printed. */
export const BARS: Record<string, Bar> = {
  thinking,
  draft: short("Chain of Draft", "chain-of-draft", TEXT_FAMILIES),
  sketch: short("Sketch-of-Thought", "sketch-of-thought", TEXT_FAMILIES),
  router,
  deer,
  lightthinker: lightThinker,
  inftythink: inftyThink,
  coconut,
  softcot: softCot,
  size,
};
