/** The conversation that a run's model had read before it wrote; traces keep the prompt and its instruction apart. */
import type { Trace } from "../../core/trace/fold";
import { spokenTurns } from "../../core/trace/spokenTurns";
import type { Message } from "../../core/trace/trace";
import { parseOptions } from "../decoding/options";
import { findStrategy } from "../strategies";
import { hasOwnMarks } from "../thinking/thinkProgress";

/** A chat template needs a turn to answer; a text whose prompt was lost gets an empty one. */
const NO_PROMPT: readonly Message[] = [{ role: "user", content: "" }];

/**
 * @param trace with its header; options of its strategy are checked, as they come from a file. The rounds of a run are read
 * as one text, so its prompt is that of the first.
 * @param isForeign whether another tool recorded it: its messages are all that its model read
 * @throws ActionableError `option-invalid`
 */
export function promptAsRead({ header, route }: Trace, isForeign: boolean): Message[] {
  const { strategy: id, options } = header!;
  const messages = spokenTurns(header!.messages.length > 0 ? header!.messages : NO_PROMPT);
  const strategy = isForeign ? undefined : findStrategy(id);
  if (!strategy) return messages;
  return strategy.prompt(messages, parseOptions(strategy.options, {}, options), {
    ...(route ? { pick: route.pick } : {}),
    instruction: header!.instruction,
    hasOwnMarks: hasOwnMarks(header!.think ?? {}),
  });
}
