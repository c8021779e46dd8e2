/** `rules`: what every exit rule would have done on recorded runs, at every setting. */
import { strategyTitle } from "../core/catalogue";
import type { Promised } from "../core/exits/conformal";
import type { CheckCost } from "../core/exits/recording";
import { ruleTable, type RuleFigures, type RulePoint, type RuleTable } from "../core/exits/ruleFigures";
import { SIGNALS } from "../core/exits/signals";
import { ActionableError } from "../core/protocol/rpc";
import { fold, type Trace } from "../core/trace/fold";
import type { Arguments } from "./arguments";
import { filesIn } from "./filesIn";
import { percent, table } from "./table";
import { print, printJson } from "./terminal";
import { ofModels, tracesOf } from "./tracesOf";

const HELP = "Run thoughtlens rules FILE… on traces of the strategy survey, or on scored ones.";
/** @returns the exit code */
export async function rules({ files, limit, json, risk, confidence }: Arguments): Promise<number> {
  if (files.length === 0) throw new ActionableError("usage", "No trace was named.", HELP);
  const traces: Trace[] = [];
  for (const file of await filesIn(files, HELP)) {
    for (const events of await tracesOf(file)) traces.push(fold(events));
    if (limit !== undefined && traces.length >= limit) break;
  }
  const kept = traces.slice(0, limit).filter(({ header }) => header?.gold !== undefined);
  if (kept.length === 0) {
    throw new ActionableError(
      "rules-no-answer",
      "None of the traces has an expected answer, so no rule can be judged by them.",
      "Record them with answers: thoughtlens bench --data FILE --strategies survey --out DIR.",
    );
  }
  const promised: Promised | undefined = risk === undefined ? undefined : { risk, confidence: confidence ?? 0.9 };
  const figures = ruleTable(kept, promised);
  if (json) printJson({ ...named(figures, kept), ...(promised ? { promised } : {}) });
  else print(textOf(figures, modelsOf(kept), promised, traces.length - kept.length));
  return 0;
}

const modelsOf = (traces: readonly Trace[]): string[] => [
  ...new Set(traces.flatMap(({ header }) => header?.model.id ?? [])),
];

/** With the models, and the runs that an exit turned wrong by their names, in place of their numbers. */
function named(figures: RuleTable, traces: readonly Trace[]) {
  const idOf = (place: number) => traces[place]?.header?.id ?? `${place + 1}`;
  const point = (each: RulePoint | undefined) => {
    if (!each) return undefined;
    const { stopped: _, ...told } = each;
    return { ...told, falseExits: each.falseExits.map(idOf) };
  };
  return {
    models: modelsOf(traces),
    recordings: figures.recordings,
    questions: figures.questions,
    asked: figures.asked,
    whole: point(figures.whole),
    oracle: point(figures.oracle),
    truncation: figures.truncation.map(point),
    rules: figures.rules.map((row) => ({
      ...row,
      points: row.points.map(point),
      usual: point(row.usual),
      cheapest: point(row.cheapest),
      promised: point(row.promised),
      truncated: point(row.truncated),
    })),
  };
}

const HEAD = ["rule", "setting", "right", "95 %", "thinking", "all tokens", "stopped", "turned wrong"];

const cells = (what: string, setting: string, point: RulePoint): string[] => [
  what,
  setting,
  percent(point.accuracy),
  `${(100 * point.interval[0]).toFixed(1)}–${(100 * point.interval[1]).toFixed(1)}`,
  point.thinking.toFixed(1),
  point.tokens.toFixed(1),
  percent(point.exits),
  `${point.falseExits.length}`,
];

function rowsOf(row: RuleFigures, promised: Promised | undefined): string[][] {
  const name = strategyTitle(row.rule);
  if (row.lacks.length > 0) {
    const lacked = row.lacks.map((signal) => SIGNALS[signal].title).join(", ");
    return [[name, `not recorded: ${lacked}`]];
  }
  const side = (threshold: number) => `${SIGNALS[row.signal].title} ${threshold}`;
  const of = (why: string, point: RulePoint | undefined) =>
    point ? [cells(`${name}, ${why}`, side(point.threshold), point)] : [];
  const kept = promised ? `at most ${percent(promised.risk)} of exits wrong` : "";
  return [
    ...of("as usual", row.usual),
    ...of("cheapest without loss", row.cheapest),
    ...of(kept, row.promised),
    ...(promised && !row.promised ? [[`${name}, ${kept}`, "not proven at any setting"]] : []),
    ...(row.truncated ? [cells("  truncation at the same length", "", row.truncated)] : []),
  ];
}

const cost = ({ tokens, ms }: CheckCost): string => `${tokens.toFixed(1)} tokens, ${ms.toFixed(1)} ms`;

/** What a check of each rule costs, and what asking all of them did. */
function costsOf({ asked, rules: rows }: RuleTable): string {
  const each = rows.flatMap(({ rule, check }) => (check ? [`${strategyTitle(rule)} ${cost(check)}`] : []));
  return `A check costs: ${each.join("; ")}; all at one place ${cost(asked)} (${asked.places} places).`;
}

/** What recordings with half their signals do not say. */
function withoutSentence({ rule, signal, lacks, without }: RuleFigures, recordings: number): string | undefined {
  if (lacks.length > 0 || without === 0) return undefined;
  return `${strategyTitle(rule)}: ${without} of ${recordings} recordings hold no ${SIGNALS[signal].title}, and count as thought to the end.`;
}

function textOf(
  figures: RuleTable,
  models: readonly string[],
  promised: Promised | undefined,
  without: number,
): string {
  const rows = [
    cells("thinking to the end", "", figures.whole),
    ...(figures.oracle ? [cells("oracle: from where the answer stays right", "", figures.oracle)] : []),
    ...figures.rules.flatMap((row) => rowsOf(row, promised)),
  ];
  const samples = figures.recordings > figures.questions ? `${figures.recordings} recordings of ` : "";
  const beyond = figures.rules.reduce((most, { usual }) => Math.max(most, usual?.beyond ?? 0), 0);
  return [
    `${samples}${figures.questions} question${figures.questions === 1 ? "" : "s"}${ofModels(models)}${without > 0 ? `, ${without} without an expected answer left out` : ""}`,
    table(HEAD, rows),
    costsOf(figures),
    ...figures.rules.flatMap((row) => withoutSentence(row, figures.recordings) ?? []),
    ...(beyond > 0
      ? [`${beyond} recordings end before some setting would have stopped them: they count as recorded.`]
      : []),
  ].join("\n");
}
