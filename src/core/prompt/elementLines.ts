/** Where the elements of a JSON list begin, so that a problem with a row has a line. */

/**
 * The line on which each element of a list begins, zero-based.
 * @param nth which of the lists in the object that the text holds; none: the text is a list itself
 */
export function elementLines(text: string, nth?: number): number[] {
  const lines: number[] = [];
  /** Depth at which the list's elements stand. */
  const inside = nth === undefined ? 1 : 2;
  let [line, depth, list, inString, expecting] = [0, 0, -1, false, false];
  const isMeant = () => depth === inside && (nth === undefined || list === nth);
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === "\n") line += 1;
    if (inString) {
      if (char === "\\") at += 1;
      else if (char === '"') inString = false;
      continue;
    }
    if (expecting && isMeant() && char.trim() !== "" && char !== "]") {
      lines.push(line);
      expecting = false;
    }
    if (char === '"') inString = true;
    else if (char === "[" || char === "{") {
      if (char === "[" && depth === inside - 1) list += 1;
      depth += 1;
      if (char === "[" && isMeant()) expecting = true;
    } else if (char === "]" || char === "}") {
      if (char === "]" && isMeant()) break;
      depth -= 1;
    } else if (char === "," && isMeant()) expecting = true;
  }
  return lines;
}
