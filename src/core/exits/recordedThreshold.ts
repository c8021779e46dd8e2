/**
 * The rule of checks whose own rule is not known here, as those of another tool: the figure that was recorded, against the
 * threshold that was.
 */
import { passes, type ExitRule } from "./rule";
import type { SignalName } from "./signals";

interface Settings {
  threshold: number | undefined;
  patience: number;
  minChecks: number;
}

interface State {
  readonly checks: number;
  /** Passes in a row. */
  readonly passed: number;
}

export function recordedThreshold(id: string, signal: SignalName, stopsBelow: boolean): ExitRule<Settings, State> {
  return {
    ...{ id, reason: "confidence", reads: [signal], signal, stopsBelow },
    settings: {
      threshold: { description: "What the figure is compared with." },
      patience: { description: "Checks in a row that have to pass.", isWhole: true, least: 1, default: 1 },
      minChecks: { description: "Checks before which nothing stops.", isWhole: true, least: 1, default: 1 },
    },
    initial: { checks: 0, passed: 0 },
    next({ checks, passed }, signals, { threshold, patience, minChecks }) {
      const score = signals[signal];
      const state: State = { checks: checks + 1, passed: passes(score, threshold, stopsBelow) ? passed + 1 : 0 };
      return { state, decision: { stops: state.checks >= minChecks && state.passed >= patience, score } };
    },
  };
}
