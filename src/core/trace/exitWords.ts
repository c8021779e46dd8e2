/** Why thinking ended, in the words that every surface uses. */
import type { ExitReason } from "./kinds";
import { inWords, l10n, type Sentence } from "../text/l10n";

const WORDS: Record<ExitReason, Sentence> = {
  confidence: l10n.later`confident enough`,
  probe: l10n.later`probe says so`,
  budget: l10n.later`budget used up`,
  "end-of-thinking": l10n.later`the model ended thinking`,
  concluded: l10n.later`concluded`,
  truncated: l10n.later`cut off`,
  malformed: l10n.later`malformed output`,
  "max-rounds": l10n.later`all rounds used`,
  "stop-sequence": l10n.later`stop sequence reached`,
  stopped: l10n.later`stopped by hand`,
  repetition: l10n.later`caught in a loop`,
  cancelled: l10n.later`cancelled`,
  error: l10n.later`stopped by an error`,
};

export const exitWords = (why: ExitReason): string => inWords(WORDS[why]);
