/** The columns of the table of runs: what stands in each, how wide it is, and which give way where there is no room. */
import { VERDICT_SIGNS } from "../../src/core/measure/comparisonText";
import type { RunRow } from "../../src/core/measure/runRow";
import type { SortKey } from "../../src/core/measure/runsTable";
import type { DetailsOf } from "../../src/core/protocol/runsApi";
import { sparkLine } from "../charts/sparkLine";
import { editorTheme } from "../charts/theme";
import { element, type Child } from "../dom/element";
import { formatCount, formatShare } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import { swatch } from "../parts/swatch";
import { l10n } from "../../src/core/text/l10n";

type ColumnName = "selected" | SortKey | "confidence";

export interface RunsColumn {
  readonly name: ColumnName;
  readonly title: string;
  readonly hint?: string;
  readonly sort?: SortKey;
  /** Least width, and the share of what is left, in pixels of the standard size. */
  readonly least: number;
  readonly grow: number;
  /** Where there is too little room, columns of higher numbers go first; 0 stays. */
  readonly yields: number;
  /** Whether it holds numbers, which stand at the right. */
  readonly numeric?: boolean;
  cell(row: RunRow, details: DetailsOf | undefined): Child[];
}

const SPARK = { width: 96, height: 18 };

const text = (value: string, long = value): HTMLElement => {
  const shown = oneLine(value, 300);
  return element("bdi", { title: oneLine(long, 300) }, shown);
};

const unknown = (why: string): HTMLElement => element("span", { class: "not-known", title: why }, l10n.t("unknown"));

/** What is not there yet, and what is not there at all. */
function missing(row: RunRow, details: DetailsOf | undefined, why: string): Child {
  if (row.state === "running") return element("span", { class: "not-known" }, l10n.t("running"));
  if (!details) return element("span", { class: "not-known", title: l10n.t("The trace is being read") }, "…");
  return element("span", { class: "not-known", title: details.problem ?? why }, "–");
}

function verdictCell({ verdict, state }: RunRow): Child[] {
  if (state !== "finished") return [element("span", { class: `state ${state}` }, l10n.t(state))];
  if (verdict === "none")
    return [element("span", { class: "not-known", title: l10n.t("No answer was expected") }, "–")];
  return [
    element(
      "span",
      { class: `verdict ${verdict}` },
      element("span", { "aria-hidden": "true" }, VERDICT_SIGNS[verdict]),
      ` ${l10n.t(verdict)}`,
    ),
  ];
}

function tokensCell(row: RunRow, of: DetailsOf | undefined): Child[] {
  if (row.tokens !== undefined) return [formatCount(row.tokens)];
  if (row.state === "running") return [missing(row, of, "")];
  const details = of?.details;
  if (!of) return [element("span", { class: "not-known", title: l10n.t("The trace is being read") }, "…")];
  if (!details) return [unknown(of.problem ?? l10n.t("The trace does not say"))];
  if (details.counted) return [formatCount(details.tokens)];
  return [
    element(
      "span",
      { title: l10n.t("About: the source kept no tokens, and its text was cut into pieces about as long") },
      `≈ ${formatCount(details.tokens)}`,
    ),
  ];
}

function afterCell(row: RunRow, of: DetailsOf | undefined): Child[] {
  const { after, from } = of?.details ?? {};
  if (after === undefined) return [missing(row, of, l10n.t("No place is known at which the answer stood"))];
  const how = from === "checks" ? l10n.t("By trial answers") : l10n.t("By what the steps end in, a weaker sign");
  const bar = element("span", { class: "after-bar", "aria-hidden": "true" });
  bar.style.setProperty("--share", String(after));
  return [element("span", { title: how }, formatShare(after)), bar];
}

function confidenceCell(row: RunRow, of: DetailsOf | undefined): Child[] {
  const spark = of?.details?.spark;
  return [spark ? sparkLine(spark, SPARK, editorTheme) : missing(row, of, l10n.t("The trace holds no confidences"))];
}

/** As in `2026-05-04 10:11`, in the person's own zone. */
export function localTime(started: string): string {
  const time = new Date(started);
  if (Number.isNaN(time.getTime())) return "";
  const two = (value: number) => String(value).padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

function startedCell({ started, file, nth }: RunRow): Child[] {
  const time = localTime(started);
  const from =
    file === undefined
      ? ""
      : l10n.t("From {0}{1}", oneLine(file, 80), nth === undefined ? "" : l10n.t(", trace {0}", nth));
  return [time === "" ? unknown(l10n.t("The trace does not say when it was run")) : text(time, from || time)];
}

function questionCell({ question, turn }: RunRow): Child[] {
  if (question === "") return [element("span", { class: "not-known" }, turn ?? l10n.t("question not recorded"))];
  return [text(turn === undefined ? question : `${turn}: ${question}`)];
}

export const RUNS_COLUMNS: readonly RunsColumn[] = [
  {
    name: "selected",
    title: "",
    least: 28,
    grow: 0,
    yields: 0,
    cell: () => [element("span", { class: "tick", "aria-hidden": "true" })],
  },
  { name: "question", title: l10n.t("Question"), sort: "question", least: 130, grow: 3, yields: 0, cell: questionCell },
  {
    name: "strategy",
    title: l10n.t("Strategy"),
    sort: "strategy",
    least: 112,
    grow: 1,
    yields: 1,
    cell: ({ strategy, title }) => [swatch(strategy), text(title)],
  },
  {
    name: "model",
    title: l10n.t("Model"),
    sort: "model",
    least: 96,
    grow: 1,
    yields: 5,
    cell: ({ model }) => [text(model)],
  },
  {
    name: "answer",
    title: l10n.t("Answer"),
    sort: "answer",
    least: 72,
    grow: 1,
    yields: 4,
    cell: ({ answer, state }) => [
      answer === undefined ? element("span", { class: "not-known" }, state === "running" ? "" : "none") : text(answer),
    ],
  },
  { name: "verdict", title: l10n.t("Verdict"), sort: "verdict", least: 92, grow: 0, yields: 2, cell: verdictCell },
  {
    name: "tokens",
    title: l10n.t("Tokens"),
    hint: l10n.t("All positions that the model processed after the prompt, trial answers included"),
    sort: "tokens",
    least: 76,
    grow: 0,
    yields: 0,
    numeric: true,
    cell: tokensCell,
  },
  {
    name: "after",
    title: l10n.t("After answer"),
    hint: l10n.t("Share of thinking that came after the final answer first stood: thinking that changed nothing"),
    sort: "after",
    least: 124,
    grow: 0,
    yields: 6,
    numeric: true,
    cell: afterCell,
  },
  {
    name: "confidence",
    title: l10n.t("Confidence"),
    hint: l10n.t("Mean probability of the chosen tokens along thinking; the dot marks the lowest"),
    least: 112,
    grow: 0,
    yields: 7,
    cell: confidenceCell,
  },
  { name: "started", title: l10n.t("When"), sort: "started", least: 146, grow: 0, yields: 8, cell: startedCell },
];

/** The columns that fit into `width` pixels. */
export function columnsFor(width: number): readonly RunsColumn[] {
  let columns = RUNS_COLUMNS;
  const least = (of: readonly RunsColumn[]) => of.reduce((sum, column) => sum + column.least, 0);
  while (least(columns) > width) {
    const gives = columns.reduce((most, column) => (column.yields > most.yields ? column : most));
    if (gives.yields === 0) break;
    columns = columns.filter((column) => column !== gives);
  }
  return columns;
}
