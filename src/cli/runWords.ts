/** What a model thought and wrote in one run, for a terminal: its text, or why there is none. */
import { runText } from "../core/formats/exports/runText";
import type { Trace } from "../core/trace/fold";
import { isStep } from "../core/trace/kinds";

export interface RunWords {
  thinking: string;
  /** All that was written as the answer, of which `answer` is the point. */
  written: string;
}

export function runWords(trace: Trace): RunWords {
  const { thinking, answer, summaries } = runText(trace);
  const parts = [thinking, ...summaries.map((summary) => `Summary: ${summary}`)].filter((part) => part !== "");
  return { thinking: parts.join("\n\n"), written: answer };
}

/** As sections with a heading each. */
export function wordsText(trace: Trace): string {
  const { thinking, written } = runWords(trace);
  return [section("Thinking", thinking, whyNoThinking(trace)), section("Answer", written, "Nothing was written.")].join(
    "\n\n",
  );
}

const section = (title: string, text: string, otherwise: string): string =>
  `${title}\n${(text === "" ? otherwise : text).replace(/^(?=.)/gm, "  ")}`;

function whyNoThinking({ latents, withheld, spans }: Trace): string {
  if (latents.length === 1) return "One continuous thought, which has no text.";
  if (latents.length > 1) return `${latents.length} continuous thoughts, which have no text.`;
  if (withheld.length > 0) return "The server withheld it.";
  return spans.some(({ kind }) => isStep(kind)) ? "It has no text." : "The model did not think.";
}
