/** What a model on ONNX Runtime can do, and why where it cannot. */
import type { Capability, CapabilityRow } from "../../../core/protocol/engineApi";
import type { GraphFeature } from "./patch/graphPatch";

export interface PatchVerdict {
  features: Readonly<Record<GraphFeature, boolean>>;
  /** Why a feature is missing, where it is. */
  reasons: Partial<Record<GraphFeature, string>>;
  /** How those that are there were proven, one sentence. */
  proof: string;
}

const NEEDS: Readonly<Partial<Record<Capability, readonly GraphFeature[]>>> = {
  "hidden-states": ["hiddenStates"],
  "soft-tokens": ["softTokens"],
  "cache-evict": ["attentionBias", "explicitPositions"],
  "attention-mask": ["attentionBias"],
};

export function capabilityRows({ features, reasons, proof }: PatchVerdict): CapabilityRow[] {
  const fromGraph = Object.entries(NEEDS).map(([capability, needs]): CapabilityRow => {
    const missing = needs.find((feature) => !features[feature]);
    const reason = missing ? (reasons[missing] ?? "The graph could not be patched for it.") : proof;
    return { capability: capability as Capability, has: missing === undefined, reason };
  });
  return [
    { capability: "logits", has: true, reason: "The model runs here: every step gives the scores of all tokens." },
    ...fromGraph,
    { capability: "cache-rewind", has: true, reason: "The engine keeps the cache itself and drops its last rows." },
    { capability: "logprobs-only", has: true, reason: "Log-probabilities follow from the scores." },
    { capability: "prefix-continuation", has: true, reason: "The model runs here: any text can be fed to it." },
  ];
}
