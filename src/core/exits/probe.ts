/** A hidden-state probe (2504.05419): stop where the answer reached by now is likely right. */
import { inARow, type ExitRule } from "./rule";

/** What is not given is taken from the probe's file, where it was chosen on validation questions. */
export interface ProbeExitSettings {
  threshold: number | undefined;
  patience: number | undefined;
}

/** Its state is the number of passes in a row up to now. */
export const probeExit: ExitRule<ProbeExitSettings, number> = {
  id: "probe",
  reason: "probe",
  reads: ["probability"],
  signal: "probability",
  stopsBelow: false,
  settings: {
    threshold: {
      description: "Probability above which thinking stops; by default the one chosen on validation data.",
      ...{ least: 0, most: 1 },
    },
    patience: {
      description: "Checks in a row that have to pass; by default the number chosen on validation data.",
      ...{ isWhole: true, least: 1 },
    },
  },
  initial: 0,
  next: (passed, { probability }, settings) => inARow(passed, probability, settings),
};
