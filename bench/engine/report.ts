/** What the engine benchmark found, and how it is printed: the bars of our engine against the others beside it. */
import { markdownTable } from "../markdownTable";
import type { CheckCost } from "./checks";
import type { EngineName, Measurement } from "./measurement";

export interface EngineReport {
  model: string;
  rows: ({ engine: EngineName; context: number } & Measurement)[];
  checks: CheckCost;
  recording: { share: number | null; growth?: number; loops?: number };
  /** What the runtime makes of the unpatched graph if nothing is chosen, kept or recorded. */
  asItCame: { context: number; tokensPerSecond: number }[];
  /** What memory bandwidth allows, at each context of `contexts`. */
  limit: { bytesPerSecond: number; contexts: number[]; tokensPerSecond: number[] };
}

/** How many times as fast as another engine ours has to be on a 135M-shape int4 model, by context. */
const BARS: Partial<Record<EngineName, Record<number, number>>> = {
  "transformers.js": { 64: 1.2, 512: 1.5, 2048: 2.5 },
  "llama.cpp": { 64: 0.8, 512: 0.9, 2048: 1 },
};
/** Most that checks may take of the time of thinking, and recording of the time of decoding. */
const CHECKS_BAR = 0.05;
const RECORDING_BAR = 0.02;
/** Most that alternatives may add to a trace, and looking for loops to the time of decoding. */
const GROWTH_BAR = 0.4;
const LOOPS_BAR = 0.01;

const HEAD = [
  ...["context", "engine", "tokens/s", "prefill tokens/s", "ms per check", "peak RSS MiB"],
  ...["thoughtlens is", "bar", "met"],
];

/** The report as Markdown: a table with two limits under each context, and sentences on the two shares. */
export function reportMarkdown({ model, rows, checks, recording, asItCame, limit }: EngineReport): string {
  const contexts = [...new Set(rows.map(({ context }) => context))];
  const cells = contexts.flatMap((context) => {
    const ours = rows.find((row) => row.engine === "thoughtlens" && row.context === context);
    const measured = rows
      .filter((row) => row.context === context)
      .map((row) => [
        String(context),
        row.engine,
        row.tokensPerSecond.toFixed(1),
        row.prefillTokensPerSecond.toFixed(0),
        row.checkMs?.toFixed(1) ?? "",
        row.peakRssMiB.toFixed(0),
        ...against(ours, row),
      ]);
    const alone = asItCame.find((row) => row.context === context)?.tokensPerSecond;
    if (alone !== undefined) {
      const ratio = ours ? times(ours.tokensPerSecond / alone) : "";
      measured.push([String(context), "the graph as it came", alone.toFixed(1), "", "", "", ratio]);
    }
    const allowed = limit.tokensPerSecond[limit.contexts.indexOf(context)];
    if (allowed !== undefined) measured.push([String(context), "limit of memory bandwidth", allowed.toFixed(0)]);
    return measured;
  });
  return [
    markdownTable(HEAD, cells, [0, 2, 3, 4, 5, 6, 7]),
    `Model: ${model}. Memory reads ${(limit.bytesPerSecond / 1e9).toFixed(1)} GB/s.\n`,
    checks.share === null
      ? "No check came up, so what checks cost was not measured.\n"
      : `${checks.checks} checks in ${checks.tokens} tokens of thinking took ${checks.msPerCheck.toFixed(1)} ms each, ${shareText(checks.share, CHECKS_BAR)} of the time of thinking.\n`,
    recording.share === null
      ? "What recording costs was not measured.\n"
      : `Recording the trace took ${shareText(recording.share, RECORDING_BAR)} of the time of decoding.\n`,
    ...(recording.growth === undefined
      ? []
      : [`Alternatives made the trace longer by ${shareText(recording.growth, GROWTH_BAR)}.\n`]),
    ...(recording.loops === undefined
      ? []
      : [`Looking for loops took ${shareText(recording.loops, LOOPS_BAR)} of the time of decoding.\n`]),
  ].join("\n");
}

/** Ours as a multiple of another engine, the bar for it, and whether it is met. */
function against(ours: Measurement | undefined, row: EngineReport["rows"][number]): string[] {
  if (!ours || row.engine === "thoughtlens") return ["", "", ""];
  const ratio = ours.tokensPerSecond / row.tokensPerSecond;
  const bar = BARS[row.engine]?.[row.context];
  return [times(ratio), bar === undefined ? "" : `≥ ${bar} ×`, bar === undefined ? "" : yes(ratio >= bar)];
}

const times = (ratio: number): string => `${ratio.toFixed(2)} ×`;
const yes = (met: boolean): string => (met ? "yes" : "no");

const shareText = (share: number, most: number): string =>
  `${(share * 100).toFixed(1)} % (bar ≤ ${most * 100} %, met: ${yes(share <= most)})`;
