/** Names of strategies as people read them. A trace carries only the id, and may come from a strategy unknown here. */
const TITLES = new Map(
  Object.entries({
    "chain-of-thought": "Chain of Thought",
    "no-thinking": "No Thinking",
    "chain-of-draft": "Chain of Draft",
    "sketch-of-thought": "Sketch of Thought",
    budget: "Budget",
    deer: "DEER",
    probe: "Hidden-State Probe",
    lightthinker: "LightThinker",
    inftythink: "InftyThink",
    coconut: "Coconut",
    "coconut-pause": "Coconut (pause control)",
    softcot: "SoftCoT",
    entropy: "Entropy Exit",
    dynasor: "Dynasor",
    scored: "Scored Trace",
  }),
);

export function strategyTitle(id: string): string {
  return TITLES.get(id) ?? id.replace(/[-_]+/g, " ").replace(/^./, (letter) => letter.toUpperCase());
}
