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

/** The white space that `text` ends in; a pattern for it would start again at every blank. */
export const trailingSpace = (text: string): string => text.slice(text.trimEnd().length);

/** Whether `text` ends in a line break, whatever blanks come with it. */
export const endsLine = (text: string): boolean => trailingSpace(text).includes("\n");

/** Whether `text` ends in one of `marks`, closing quotes and brackets and white space aside. */
export const endsIn = (text: string, marks: string): boolean =>
  marks.includes(trimEnd(text.trimEnd(), `"')]`).at(-1) ?? "\0");
