/** What the names of figures mean, in one sentence each: the tips of every surface, and the table of the README. */
import glossary from "./glossary.json";

export type Term = keyof typeof glossary;

/** Whether a name is one that the glossary explains. */
export const isTerm = (name: string): name is Term => Object.hasOwn(glossary, name);

export const GLOSSARY: Readonly<Record<Term, string>> = glossary;
