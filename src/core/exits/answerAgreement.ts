/**
 * Answer agreement (Dynasor, 2412.20993, §4): stop once the answers tried at some checks in a row are equal and none of them
 * is said with hesitation.
 */
import { passes, type ExitRule } from "./rule";

export interface AgreementSettings {
  threshold: number;
}

/** Its state is the number of checks in a row without hesitation, this one the last. */
export const agreementExit: ExitRule<AgreementSettings, number> = {
  id: "answer-agreement",
  reason: "confidence",
  reads: ["agreeing", "hesitates"],
  signal: "agreeing",
  stopsBelow: false,
  settings: {
    threshold: {
      description: "Equal answers in a row above which thinking stops: 2 stops at the third.",
      ...{ least: 0, default: 2 },
    },
  },
  initial: 0,
  next(sure, { agreeing, hesitates = 0 }, { threshold }) {
    const state = hesitates > 0 ? 0 : sure + 1;
    const score = agreeing === undefined ? undefined : Math.min(agreeing, state);
    return {
      state,
      decision: {
        stops: passes(score, threshold, false),
        score,
        ...(hesitates > 0 ? { why: "The answer hesitates." } : {}),
      },
    };
  },
};
