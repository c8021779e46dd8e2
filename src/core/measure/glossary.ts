/** What the names of figures mean, in one sentence each: the tips of every surface, and the table of the README. */
import glossary from "./glossary.json";

export type Term = keyof typeof glossary;

export const GLOSSARY: Readonly<Record<Term, string>> = glossary;
