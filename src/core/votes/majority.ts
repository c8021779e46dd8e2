/** Self-consistency (2203.11171): the answer that most samples give. */
import { weightiest, wholeCost, type Vote } from "./vote";

export const majority: Vote = {
  id: "majority",
  title: "majority",
  decide: (samples) => ({ ...weightiest(samples, () => 1), ...wholeCost(samples) }),
};
