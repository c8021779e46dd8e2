/** Self-consistency (2203.11171): the answer that most samples give. */
import { l10n } from "../text/l10n";
import { weightiest, wholeCost, type Vote } from "./vote";

export const majority: Vote = {
  id: "majority",
  title: l10n.later`majority`,
  decide: (samples) => ({ ...weightiest(samples, () => 1), ...wholeCost(samples) }),
};
