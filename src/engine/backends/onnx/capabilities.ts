/** What a model on ONNX Runtime can do, and why where it cannot. */
import type { CacheFacts, Capability, CapabilityRow } from "../../../core/protocol/engineApi";
import type { GraphLayout } from "./graphLayout";
import type { CacheKind, CachePart, GraphFeature } from "./patch/patchedGraph";
import { isRowPart, rowParts, wholeParts } from "./patch/patchedGraph";
import { l10n, type Sentence } from "../../../core/text/l10n";

export interface PatchVerdict {
  features: Readonly<Record<GraphFeature, boolean>>;
  /** Why a feature is missing, where it is. */
  reasons: Partial<Record<GraphFeature, Sentence>>;
  /** How those that are there were proven; undefined where none is. */
  proof: Sentence | undefined;
}

const NEEDS: Readonly<Partial<Record<Capability, readonly GraphFeature[]>>> = {
  "hidden-states": ["hiddenStates"],
  "soft-tokens": ["softTokens"],
  "cache-evict": ["attentionBias", "explicitPositions"],
  "attention-mask": ["attentionBias"],
};
/** What only a cache can do all of whose parts are rows. */
const OF_ROWS: ReadonlySet<Capability> = new Set(["cache-evict", "attention-mask"]);

export function capabilityRows(
  { features, reasons, proof }: PatchVerdict,
  cache: readonly CachePart[],
): CapabilityRow[] {
  const whyNotRows = otherParts(cache);
  const fromGraph = Object.entries(NEEDS).map(([name, needs]): CapabilityRow => {
    const capability = name as Capability;
    if (whyNotRows && OF_ROWS.has(capability)) return { capability, has: false, reason: whyNotRows };
    const missing = needs.find((feature) => !features[feature]);
    const why = missing ? reasons[missing] : proof;
    return {
      capability,
      has: missing === undefined,
      reason: why ?? l10n.later`The graph could not be patched for it.`,
    };
  });
  return [
    {
      capability: "logits",
      has: true,
      reason: l10n.later`The model runs here: every step gives the scores of all tokens.`,
    },
    ...fromGraph,
    { capability: "cache-rewind", has: true, reason: rewinding(cache) },
    { capability: "logprobs-only", has: true, reason: l10n.later`Log-probabilities follow from the scores.` },
    {
      capability: "prefix-continuation",
      has: true,
      reason: l10n.later`The model runs here: any text can be fed to it.`,
    },
  ];
}

const KINDS: readonly CacheKind[] = ["rows", "window", "state"];

/** The parts of a cache, counted by kind; windows that look back differently far are counted apart. */
export function cacheFacts({ cache, halfCache }: Pick<GraphLayout, "cache" | "halfCache">): CacheFacts[] {
  return KINDS.flatMap((kind) => {
    const parts = cache.filter((part) => part.kind === kind);
    const reachOf = (part: CachePart) => (isRowPart(part) ? part.reach : undefined);
    return [...new Set(parts.map(reachOf))].map((reach) => ({
      kind,
      parts: parts.filter((part) => reachOf(part) === reach).length,
      reach,
      half: halfCache,
    }));
  });
}

/** Why rows cannot be hidden or dropped, by the kinds and names of the parts that are none; undefined where all are. */
function otherParts(cache: readonly CachePart[]): Sentence | undefined {
  const states = cache.filter(({ kind }) => kind === "state");
  const windows = cache.filter(({ kind }) => kind === "window");
  const reach = windows.find(isRowPart)?.reach;
  const said: Sentence[] = [];
  if (states.length > 0)
    said.push(
      l10n.later`The cache has states (${named(states)}), out of which no single token can be hidden or dropped.`,
    );
  if (windows.length > 0 && reach)
    said.push(
      l10n.later`The cache has windows of ${reach} rows (${named(windows)}), which would reach further back without one of their rows.`,
    );
  else if (windows.length > 0)
    said.push(
      l10n.later`The cache has windows (${named(windows)}), which would reach further back without one of their rows.`,
    );
  return together(said);
}

/** Sentences one after another. */
const together = (said: readonly Sentence[]): Sentence | undefined =>
  said.length === 0 ? undefined : said.reduce((before, each) => l10n.later`${before} ${each}`);

function rewinding(cache: readonly CachePart[]): Sentence {
  const whole = wholeParts(cache);
  const windows = rowParts(cache).filter(({ kind }) => kind === "window");
  const said: Sentence[] = [];
  if (cache.some(isRowPart)) said.push(l10n.later`The engine keeps the cache itself and drops its last rows.`);
  if (whole.length > 0)
    said.push(
      l10n.later`What is overwritten (${named(whole)}) is taken back from snapshots, or the text is read again.`,
    );
  if (windows.length > 0) said.push(l10n.later`What windows have forgotten is read again.`);
  return together(said) ?? l10n.later`The cache is empty.`;
}

/** The names of some parts, of each spelling one. */
function named(parts: readonly CachePart[]): string | Sentence {
  const spelling = (name: string): string => name.replace(/\d+/, "");
  const names = parts.map(({ past }) => past);
  const shown = names.filter((name, index) => names.findIndex((each) => spelling(each) === spelling(name)) === index);
  const rest = names.length - shown.length;
  return rest > 0 ? l10n.later`${shown.join(", ")} and ${rest} more` : shown.join(", ");
}
