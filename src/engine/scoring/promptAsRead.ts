/** The conversation that a run's model had read before it wrote; traces keep the prompt without a strategy's instruction. */
import type { Trace } from "../../core/trace/fold";
import { spokenTurns } from "../../core/trace/spokenTurns";
import type { Message } from "../../core/trace/trace";
import { PARADIGMS } from "../routing/paradigmRouter";
import { chainOfDraft, draftOptions, draftPrompt } from "../strategies/chainOfDraft";
import { coconut, coconutPause } from "../strategies/coconut";
import { parseOptions } from "../strategies/options";
import prompts from "../strategies/prompts.json";
import { sketchOfThought, sketchPrompt } from "../strategies/sketchOfThought";
import { instructed } from "../strategies/strategy";

/** A chat template needs a turn to answer; a text whose prompt was lost gets an empty one. */
const NO_PROMPT: readonly Message[] = [{ role: "user", content: "" }];

/**
 * @param trace with its header; options of its strategy are checked, as they come from a file
 * @param isForeign whether another tool recorded it: its messages are all that its model read
 * @throws ActionableError `option-invalid`
 */
export function promptAsRead({ header, route }: Trace, isForeign: boolean): Message[] {
  const { strategy, options } = header!;
  const messages = spokenTurns(header!.messages.length > 0 ? header!.messages : NO_PROMPT);
  if (isForeign) return messages;
  switch (strategy) {
    case chainOfDraft.id:
      return draftPrompt(messages, parseOptions(draftOptions, {}, options));
    case sketchOfThought.id: {
      const paradigm = PARADIGMS.find((each) => each === route?.pick) ?? PARADIGMS[0];
      const shots = options["shots"];
      return sketchPrompt(messages, paradigm, typeof shots === "number" ? shots : 0);
    }
    case coconut.id:
    case coconutPause.id:
      return [...messages];
    default:
      return instructed(messages, prompts["chain-of-thought"].system);
  }
}
