/** Comma-separated values as RFC 4180 has them. One pass: a field may be as long as the file. */

interface CsvRecord {
  fields: string[];
  /** Zero-based line on which the record begins. */
  line: number;
}

/** @returns each record that is not empty; a quote that never closes ends with the text */
export function parseCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let [at, line, firstLine] = [0, 0, 0];
  const keep = () => {
    if (fields.some((each) => each !== "")) records.push({ fields, line: firstLine });
    fields = [];
  };
  while (at < text.length) {
    const quoted = text[at] === '"' ? quotedField(text, at) : { value: "", end: at };
    const end = fieldEnd(text, quoted.end);
    fields.push(quoted.value + text.slice(quoted.end, end));
    line += lineBreaks(quoted.value);
    at = end + 1;
    if (text[end] === ",") {
      // A comma at the very end leaves one empty field.
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

/** The next comma or line break, or the end. */
function fieldEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== "," && text[at] !== "\n") at += 1;
  return at;
}

function lineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}
