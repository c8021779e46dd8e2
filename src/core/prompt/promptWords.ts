/** What can be said of data before it is parsed. */

/** Characters of a file of prompts: what is longer is data of another kind. */
const LONGEST = 1_000_000;
/** Every prompt has one of these. */
const WORDS = /messages|role|template|prompt|instructions|user|_type|"lc"/i;

/** Whether a text of YAML or JSON may hold prompts at all. */
export const mayHoldPrompts = (text: string): boolean => text.length <= LONGEST && WORDS.test(text);
