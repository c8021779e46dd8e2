/** An answer in a line: a formula where it is one. */
import { oneLine } from "../dom/safeText";
import { formula } from "./formula";
import { texAt } from "./texParts";

/** Longer answers are texts, of which a formula is a part at most. */
const LONGEST = 200;
/** A command, an index or a power. */
const TEX = /\\[a-zA-Z]|[\^_]/;

/**
 * @param length characters of the answer that are shown where it is no formula
 * @param written whether it is to be shown as it was written
 */
export function answerText(answer: string, length: number, written: boolean): Node | string {
  const asWritten = oneLine(answer, length);
  if (written || answer.length > LONGEST || !TEX.test(answer)) return asWritten;
  const whole = answer.trim();
  const part = texAt(whole, 0);
  const tex = part?.to === whole.length ? part.tex : whole;
  // Words between formulas would lose their spaces.
  if (/\p{L}{3} \p{L}/u.test(tex.replace(/\\[a-zA-Z]+\*?(?:\{[^{}]*\})?/g, ""))) return asWritten;
  const made = formula(tex, false);
  if (!made) return asWritten;
  made.whole.title = oneLine(answer, LONGEST);
  return made.whole;
}
