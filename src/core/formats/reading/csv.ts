/** Comma-separated values as RFC 4180 has them, and those that tabs or semicolons separate. One pass: a field may be as long as the file. */

interface CsvRecord {
  fields: string[];
  /** Zero-based line on which the record begins. */
  line: number;
}

/** Whether a file is a table by its name. */
export const isTable = (fileName: string): boolean => /\.[ct]sv$/i.test(fileName);

/** What separates the columns of a table: tabs in `.tsv`, else what its first line has the most of, which are commas mostly. */
export function separatorOf(fileName: string, text: string): string {
  if (/\.tsv$/i.test(fileName)) return "\t";
  const first = text
    .slice(0, 20_000)
    .split("\n", 1)[0]!
    .replace(/"[^"]{0,2000}"/g, "");
  const count = (separator: string) => first.split(separator).length;
  return count(",") > 1 ? "," : count("\t") > 1 ? "\t" : count(";") > 1 ? ";" : ",";
}

/** @returns each record that is not empty; a quote that never closes ends with the text */
export function parseCsv(text: string, separator = ","): CsvRecord[] {
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let [at, line, firstLine] = [0, 0, 0];
  const keep = () => {
    if (fields.some((each) => each !== "")) records.push({ fields, line: firstLine });
    fields = [];
  };
  while (at < text.length) {
    const quoted = text[at] === '"' ? quotedField(text, at) : { value: "", end: at };
    const end = fieldEnd(text, quoted.end, separator);
    fields.push(quoted.value + text.slice(quoted.end, end));
    line += lineBreaks(quoted.value);
    at = end + 1;
    if (text[end] === separator) {
      // A separator at the very end leaves one empty field.
      if (at === text.length) fields.push("");
      continue;
    }
    keep();
    line += 1;
    firstLine = line;
  }
  keep();
  return records;
}

/** The text between quotes, in which two of them stand for one, and where what follows begins. */
function quotedField(text: string, start: number): { value: string; end: number } {
  const pieces: string[] = [];
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return { value: [...pieces, text.slice(from)].join(""), end: text.length };
    if (text[quote + 1] !== '"') return { value: [...pieces, text.slice(from, quote)].join(""), end: quote + 1 };
    pieces.push(text.slice(from, quote + 1));
    from = quote + 2;
  }
}

/** The next separator or line break, or the end. */
function fieldEnd(text: string, from: number, separator: string): number {
  let at = from;
  while (at < text.length && text[at] !== separator && text[at] !== "\n") at += 1;
  return at;
}

function lineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}
