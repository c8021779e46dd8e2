/** Whether a pattern takes time linear in the text: recheck decides, and what it only suspects is tried. */
import { runInNewContext } from "node:vm";
import { check } from "recheck";

const TIMEOUT_MS = 20_000;
/** Characters of the longest text that a suspicion is tried on, and the milliseconds that it may take. */
const LONGEST = 1_000_000;
const LONGEST_MS = 1000;
/** The same search at every run. */
const SEED = 20260504;

/** @returns `linear`, or what it is instead */
export async function patternTime(pattern, flags) {
  // The flag v is newer than recheck; its sets are read as those of u.
  const known = flags.replace("v", "u");
  const { status, complexity, checker, attack, error } = await check(pattern, known, {
    timeout: TIMEOUT_MS,
    randomSeed: SEED,
  });
  if (status === "safe") return "linear";
  // From each place, alternatives take the sum of their times.
  const parts = alternatives(pattern);
  if (parts.length > 1) {
    const times = await Promise.all(parts.map((part) => patternTime(part, flags)));
    return times.find((time) => time !== "linear") ?? "linear";
  }
  // Where no automaton can be made, recheck counts steps on texts that it guesses: how many are too many, it does not know.
  if (checker === "fuzz" && attack && isQuick(pattern, flags, attack)) return "linear";
  return complexity?.summary ?? `not decided (${error?.kind ?? status})`;
}

/** The alternatives of a pattern that stand in no group. */
export function alternatives(pattern) {
  const parts = [""];
  let [depth, inSet] = [0, false];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at];
    if (char === "\\") {
      parts[parts.length - 1] += char + (pattern[++at] ?? "");
      continue;
    }
    if (char === "[") inSet = true;
    else if (char === "]") inSet = false;
    else if (!inSet && char === "(") depth++;
    else if (!inSet && char === ")") depth--;
    if (char === "|" && depth === 0 && !inSet) parts.push("");
    else parts[parts.length - 1] += char;
  }
  // A number names a group of the whole pattern.
  return /\\[1-9]|\\k</.test(pattern) ? [pattern] : parts;
}

/** Whether V8 is done with the text of an attack in a moment, however often it is repeated. */
function isQuick(pattern, flags, { pumps, suffix }) {
  const repeated = pumps.reduce((sum, { pump }) => sum + pump.length, 0);
  for (let times = 10; times * repeated <= LONGEST; times *= 2) {
    const text = pumps.map(({ prefix, pump }) => prefix + pump.repeat(times)).join("") + suffix;
    const started = performance.now();
    try {
      runInNewContext(
        "text.replace(new RegExp(pattern, flags), '')",
        { text, pattern, flags },
        { timeout: LONGEST_MS },
      );
    } catch {
      return false;
    }
    if (performance.now() - started > LONGEST_MS) return false;
  }
  return true;
}
