/** Taking characters off the ends of a text in linear time: a pattern that ends in `+$` starts again at every run of them. */

/** `text` without those of `characters` that it ends in. */
export function trimEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}

/** `text` without those of `characters` that it begins or ends with. */
export function trimSides(text: string, characters: string): string {
  let from = 0;
  while (from < text.length && characters.includes(text[from]!)) from++;
  return trimEnd(text.slice(from), characters);
}
