/** How much of foreign files is kept: files are data, and a file can say anything. */

/** Traces of one file that are read; more would fill memory. */
export const MOST_TRACES = 20_000;
/** Characters of one piece of foreign text that are kept. */
export const LONGEST_TEXT = 4_000_000;
/** Characters of thinking and answers that are kept of one file: a trace holds every token by itself. */
export const MOST_CHARACTERS = 120_000_000;
/** Characters or bytes of a file; larger ones are refused, as they would not fit into memory several times. */
export const LARGEST_FILE = 400_000_000;
