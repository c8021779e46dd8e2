/** What can be said of data before it is parsed. */

/** Characters of a file of prompts: what is longer is data of another kind. */
export const LONGEST_PROMPTS = 1_000_000;
/** The same of one that nobody called a prompt: lists of packages and translations are as long, and are opened as often. */
const LONGEST_UNNAMED = 200_000;
/** Every prompt has one of these. */
const WORDS = /messages|role|template|prompt|instructions|user|_type|"lc"/i;

/** Whether a text of YAML or JSON may hold prompts at all. @param isNamed whether a person says that it does */
export const mayHoldPrompts = (text: string, isNamed: boolean): boolean =>
  text.length <= (isNamed ? LONGEST_PROMPTS : LONGEST_UNNAMED) && WORDS.test(text);
