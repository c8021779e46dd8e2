/** What models can do, as a Markdown page: the facts of each, every strategy with why it cannot run, every capability. */
import type { Capability, CapabilityRow, ModelInfo, StrategyRow } from "../../core/protocol/engineApi";
import { adviceWords, cacheWords, thinkRows } from "../../core/protocol/modelWords";
import { sentenceOf, type RpcErrorShape } from "../../core/protocol/rpc";
import { strategyTitle } from "../../core/catalogue";
import { escapeMarkdown } from "../../core/text/markdownEscape";
import { inWords, l10n, type Sentence } from "../../core/text/l10n";

/** One model as it was asked for, and what became of loading it. */
export interface ReportedModel {
  /** As the setting names it. */
  readonly setting: string;
  /** What was loaded, or why nothing was. */
  readonly loaded: ModelInfo | RpcErrorShape;
}

interface CapabilityReport {
  readonly model: ReportedModel;
  /** Of a family, each by itself; empty for a single model. */
  readonly members: readonly ReportedModel[];
}

/** Those that the patch of the graph adds, with what they are called. */
const PATCHED: ReadonlySet<Capability> = new Set(["hidden-states", "soft-tokens", "cache-evict", "attention-mask"]);
const CAPABILITIES: Readonly<Record<Capability, Sentence>> = {
  logits: l10n.later`Scores of all tokens`,
  "hidden-states": l10n.later`Hidden states`,
  "soft-tokens": l10n.later`Soft tokens`,
  "cache-rewind": l10n.later`Cache rewind`,
  "cache-evict": l10n.later`Cache eviction`,
  "attention-mask": l10n.later`Attention masks`,
  "logprobs-only": l10n.later`Log-probabilities`,
  "prefix-continuation": l10n.later`Prefix continuation`,
};

/** The page. Everything that comes from a model is escaped. */
export function capabilityReport({ model, members }: CapabilityReport): string {
  const isFamily = members.length > 0;
  return [
    `# ${l10n.t("Capabilities of {0}", escapeMarkdown(model.setting))}`,
    ...(isFamily
      ? [l10n.t("Each strategy runs on the member that was trained for it, the others on the base model."), ...overview(model)]
      : [...facts(model), ...overview(model)]),
    l10n.t("“Can run” is what the model and its graph allow. The hidden-state probe also needs a probe trained for this model: *Train Probe…*."),
    ...(isFamily ? [] : capabilities(model)),
    ...members.flatMap((member) => [
      `## ${escapeMarkdown(member.setting)}`,
      ...facts(member),
      ...overview(member),
      ...capabilities(member, "###"),
    ]),
    "",
  ].join("\n\n");
}

function facts({ loaded }: ReportedModel): string[] {
  if (!isLoaded(loaded)) return [];
  const { name, dtype, hiddenSize, vocabularySize, contextLength, bytes, licence, sha256, thinking, cache, preset } = loaded;
  const rows: [fact: string, value: string | undefined][] = [
    [l10n.t("Name"), name],
    [l10n.t("Context length"), counted(contextLength, "tokens")],
    [l10n.t("Type of its weights"), dtype],
    [l10n.t("Size of its files"), bytes === undefined ? undefined : `${(bytes / 1e6).toFixed(1)} MB`],
    [l10n.t("Hidden size"), counted(hiddenSize)],
    [l10n.t("Vocabulary"), counted(vocabularySize, "tokens")],
    [l10n.t("Licence"), licence ?? (sha256 === undefined ? undefined : l10n.t("its folder has no model card that states one"))],
    ...thinkRows(thinking),
    [l10n.t("Advised"), adviceWords(preset) ?? l10n.t("its files are of no family whose card is known here")],
    [l10n.t("Cache"), cacheWords(cache) ?? l10n.t("not seen from here, as a server runs the model")],
    [l10n.t("Graph patch"), patch(loaded.capabilities, sha256 === undefined)],
  ];
  return [rows.map(([fact, value]) => `- ${fact}: ${escapeMarkdown(value ?? l10n.t("not known"))}`).join("\n")];
}

/** Every strategy, or why the model did not load. */
function overview({ loaded }: ReportedModel): string[] {
  if (!isLoaded(loaded)) {
    return [l10n.t("It does not load: {0}", escapeMarkdown(sentenceOf(loaded)))];
  }
  const { strategies } = loaded;
  const running = strategies.filter(({ runs }) => runs).length;
  const row = ({ id, runs, reason }: StrategyRow) => [strategyTitle(id), runs ? l10n.t("can run") : l10n.t("cannot run"), reason ? inWords(reason) : ""];
  return [
    l10n.t("{0} of {1} strategies can run.", running, strategies.length),
    table([l10n.t("Strategy"), l10n.t("Can it run?"), l10n.t("Why")], strategies.map(row)),
  ];
}

function capabilities({ loaded }: ReportedModel, heading = "##"): string[] {
  if (!isLoaded(loaded)) return [];
  const row = ({ capability, has, reason }: CapabilityRow) => [inWords(CAPABILITIES[capability]), has ? l10n.t("yes") : l10n.t("no"), inWords(reason)];
  return [`${heading} ${l10n.t("What strategies build on")}`, table([l10n.t("Capability"), l10n.t("There?"), l10n.t("Why")], loaded.capabilities.map(row))];
}

/** Whether the patch was proven; what it could not add, and why. */
function patch(rows: readonly CapabilityRow[], isServer: boolean): string {
  if (isServer) return l10n.t("none, as a server runs the model");
  const patched = rows.filter(({ capability }) => PATCHED.has(capability));
  const missing = patched.filter(({ has }) => !has);
  const proofs = distinct(patched.filter(({ has }) => has));
  const refusals = distinct(missing).map((reason) => {
    const without = missing.filter((each) => inWords(each.reason) === reason).map(({ capability }) => inWords(CAPABILITIES[capability]));
    return l10n.t("Without {0}: {1}", without.join(", ").toLowerCase(), reason);
  });
  return [...proofs, ...refusals].join(" ");
}

const distinct = (rows: readonly CapabilityRow[]): string[] => [...new Set(rows.map(({ reason }) => inWords(reason)))];

const isLoaded = (loaded: ReportedModel["loaded"]): loaded is ModelInfo => "strategies" in loaded;

function counted(count: number | undefined, unit = ""): string | undefined {
  return count === undefined ? undefined : `${count.toLocaleString("en")} ${unit}`.trim();
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(head),
    line(head.map(() => "---")),
    ...rows.map((cells) => line(cells.map((cell) => escapeMarkdown(cell) || "–"))),
  ].join("\n");
}
