/** Why thinking ended, in the words that every surface uses. */
import type { ExitReason } from "./kinds";

export const EXIT_WORDS: Record<ExitReason, string> = {
  confidence: "confident enough",
  probe: "probe says so",
  budget: "budget used up",
  "end-of-thinking": "the model ended thinking",
  concluded: "concluded",
  truncated: "cut off",
  malformed: "malformed output",
  "max-rounds": "all rounds used",
  "stop-sequence": "stop sequence reached",
  stopped: "stopped by hand",
  repetition: "caught in a loop",
  cancelled: "cancelled",
  error: "stopped by an error",
};
