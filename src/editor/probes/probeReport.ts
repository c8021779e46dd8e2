/** How good a probe is, as a Markdown page with its ROC curve and reliability diagram. */
import { STRATEGIES, type StrategyFacts } from "../../core/catalogue";
import type { ProbeReport, ProbeRequest } from "../../core/protocol/engineApi";
import { escapeMarkdown } from "../../core/text/markdownEscape";
import { l10n } from "../../core/text/l10n";

const SIZE = 240;
const MARGIN = 34;
const LINE = "#4a90d9";
const GREY = "#8a8f98";

interface ProbeSubject {
  /** As people call them. */
  readonly model: string;
  readonly dataset: string;
  readonly checkAt: ProbeRequest["checkAt"];
}

export function probeReportMarkdown(report: ProbeReport, { model, dataset, checkAt }: ProbeSubject): string {
  const { auc, ece, brier, accuracy, questions, states } = report.figures;
  const rows: [figure: string, value: string, meaning: string][] = [
    ["AUC", auc.toFixed(3), l10n.t("chance that a right state scores above a wrong one; 0.5 is guessing")],
    ["ECE", ece.toFixed(3), l10n.t("mean distance between what the probe says and what holds")],
    ["Brier", brier.toFixed(3), l10n.t("mean squared error of its probabilities")],
    [l10n.t("accuracy"), `${(100 * accuracy).toFixed(1)} %`, l10n.t("right verdicts at the threshold")],
    [l10n.t("threshold"), report.threshold.toFixed(2), l10n.t("chosen on validation questions")],
    [l10n.t("patience"), String(report.patience), l10n.t("checks in a row that have to pass it, chosen with it")],
  ];
  return [
    `# ${l10n.t("Probe for {0}", escapeMarkdown(model))}`,
    "",
    l10n.t(
      "Trained on {0}; measured on {1} states of {2} questions that it never saw.",
      escapeMarkdown(dataset),
      states,
      questions,
    ),
    "",
    `| ${[l10n.t("figure"), l10n.t("value"), l10n.t("meaning")].join(" | ")} |`,
    "|---|---|---|",
    ...rows.map((cells) => `| ${cells.join(" | ")} |`),
    "",
    image(l10n.t("ROC curve"), rocPicture(report)),
    image(l10n.t("Reliability diagram"), reliabilityPicture(report)),
    "",
    `| ${[l10n.t("said"), l10n.t("seen"), l10n.t("states")].join(" | ")} |`,
    "|---|---|---|",
    ...report.bins.map(({ said, seen, count }) => `| ${said.toFixed(2)} | ${seen.toFixed(2)} | ${count} |`),
    "",
    ...STRATEGIES.filter(({ probe }) => probe?.reads === (checkAt === "latent" ? "latents" : "words")).map(usedBy),
    "",
  ].join("\n");
}

/** Which command asks the probe from now on, and under which setting. */
function usedBy({ id, title, probe }: StrategyFacts): string {
  const use = l10n.t("*Trace Prompt With… {0}* uses it on this model from now on", title);
  if (!probe?.when) return `${use}.`;
  const setting = JSON.stringify({ [id]: { [probe.when.option]: probe.when.is } }, null, 1).replace(/\s+/g, " ");
  return l10n.t("{0}, where the setting `thoughtlens.strategyOptions` holds `{1}`.", use, setting);
}

function image(title: string, svg: string): string {
  return `![${title}](data:image/svg+xml;base64,${Buffer.from(svg, "utf8").toString("base64")})`;
}

/** Shares of 0 to 1 on the axes, the diagonal for comparison. */
function chart(x: string, y: string, marks: string): string {
  const low = MARGIN;
  const high = SIZE - MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE}" height="${SIZE}" font-family="sans-serif" font-size="11" fill="${GREY}">`,
    `<rect x="${low}" y="${low}" width="${high - low}" height="${high - low}" fill="none" stroke="${GREY}"/>`,
    `<path d="M${low} ${high}L${high} ${low}" stroke="${GREY}" stroke-dasharray="4 4"/>`,
    `<text x="${SIZE / 2}" y="${SIZE - 10}" text-anchor="middle">${x}</text>`,
    `<text x="14" y="${SIZE / 2}" text-anchor="middle" transform="rotate(-90 14 ${SIZE / 2})">${y}</text>`,
    marks,
    "</svg>",
  ].join("");
}

function place(share: number, upwards: boolean): string {
  const inside = Math.min(1, Math.max(0, share)) * (SIZE - 2 * MARGIN);
  return (upwards ? SIZE - MARGIN - inside : MARGIN + inside).toFixed(1);
}

function rocPicture({ roc }: ProbeReport): string {
  const points = roc.map(([fpr, tpr]) => `${place(fpr, false)},${place(tpr, true)}`).join(" ");
  const curve = `<polyline points="${points}" fill="none" stroke="${LINE}" stroke-width="2"/>`;
  return chart(l10n.t("false alarms"), "found", curve);
}

function reliabilityPicture({ bins }: ProbeReport): string {
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const dots = bins
    .filter(({ count }) => count > 0)
    .map(({ said, seen, count }) => {
      const radius = (3 + 6 * Math.sqrt(count / most)).toFixed(1);
      return `<circle cx="${place(said, false)}" cy="${place(seen, true)}" r="${radius}" fill="${LINE}"/>`;
    });
  return chart("said", "seen", dots.join(""));
}
