/** One line of at most `length` characters, without what could reorder or end the line around it. */
export function shorten(text: string, length: number): string {
  const line = text.replace(/[\p{C}\u2028\u2029\s]+/gu, " ").trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
