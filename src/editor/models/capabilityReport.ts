/** What models can do, as a Markdown page: the facts of each, every strategy with why it cannot run, every capability. */
import type { Capability, CapabilityRow, ModelInfo, StrategyRow } from "../../core/protocol/engineApi";
import { adviceWords, cacheWords, thinkRows } from "../../core/protocol/modelWords";
import { sentenceOf, type RpcErrorShape } from "../../core/protocol/rpc";
import { strategyTitle } from "../../core/catalogue";
import { escapeMarkdown } from "../../core/text/markdownEscape";

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
const CAPABILITIES: Readonly<Record<Capability, string>> = {
  logits: "Scores of all tokens",
  "hidden-states": "Hidden states",
  "soft-tokens": "Soft tokens",
  "cache-rewind": "Cache rewind",
  "cache-evict": "Cache eviction",
  "attention-mask": "Attention masks",
  "logprobs-only": "Log-probabilities",
  "prefix-continuation": "Prefix continuation",
};

/** The page. Everything that comes from a model is escaped. */
export function capabilityReport({ model, members }: CapabilityReport): string {
  const isFamily = members.length > 0;
  return [
    `# Capabilities of ${escapeMarkdown(model.setting)}`,
    ...(isFamily
      ? ["Each strategy runs on the member that was trained for it, the others on the base model.", ...overview(model)]
      : [...facts(model), ...overview(model)]),
    "“Can run” is what the model and its graph allow. The hidden-state probe also needs a probe trained for this model: *Train Probe…*.",
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
    ["Name", name],
    ["Context length", counted(contextLength, "tokens")],
    ["Type of its weights", dtype],
    ["Size of its files", bytes === undefined ? undefined : `${(bytes / 1e6).toFixed(1)} MB`],
    ["Hidden size", counted(hiddenSize)],
    ["Vocabulary", counted(vocabularySize, "tokens")],
    ["Licence", licence ?? (sha256 === undefined ? undefined : "its folder has no model card that states one")],
    ...thinkRows(thinking),
    ["Advised", adviceWords(preset) ?? "its files are of no family whose card is known here"],
    ["Cache", cacheWords(cache) ?? "not seen from here, as a server runs the model"],
    ["Graph patch", patch(loaded.capabilities, sha256 === undefined)],
  ];
  return [rows.map(([fact, value]) => `- ${fact}: ${escapeMarkdown(value ?? "not known")}`).join("\n")];
}

/** Every strategy, or why the model did not load. */
function overview({ loaded }: ReportedModel): string[] {
  if (!isLoaded(loaded)) {
    return [`It does not load: ${escapeMarkdown(sentenceOf(loaded))}`];
  }
  const { strategies } = loaded;
  const running = strategies.filter(({ runs }) => runs).length;
  const row = ({ id, runs, reason }: StrategyRow) => [strategyTitle(id), runs ? "can run" : "cannot run", reason];
  return [
    `${running} of ${strategies.length} strategies can run.`,
    table(["Strategy", "Can it run?", "Why"], strategies.map(row)),
  ];
}

function capabilities({ loaded }: ReportedModel, heading = "##"): string[] {
  if (!isLoaded(loaded)) return [];
  const row = ({ capability, has, reason }: CapabilityRow) => [CAPABILITIES[capability], has ? "yes" : "no", reason];
  return [`${heading} What strategies build on`, table(["Capability", "There?", "Why"], loaded.capabilities.map(row))];
}

/** Whether the patch was proven; what it could not add, and why. */
function patch(rows: readonly CapabilityRow[], isServer: boolean): string {
  if (isServer) return "none, as a server runs the model";
  const patched = rows.filter(({ capability }) => PATCHED.has(capability));
  const missing = patched.filter(({ has }) => !has);
  const proofs = distinct(patched.filter(({ has }) => has));
  const refusals = distinct(missing).map((reason) => {
    const without = missing.filter((each) => each.reason === reason).map(({ capability }) => CAPABILITIES[capability]);
    return `Without ${without.join(", ").toLowerCase()}: ${reason}`;
  });
  return [...proofs, ...refusals].join(" ");
}

const distinct = (rows: readonly CapabilityRow[]): string[] => [...new Set(rows.map(({ reason }) => reason))];

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
