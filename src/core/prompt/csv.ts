/** Comma-separated values as RFC 4180 has them. */

/** @returns each record with the zero-based line it begins on; a quote that never closes ends with the text */
export function parseCsv(text: string): { fields: string[]; line: number }[] {
  const records: { fields: string[]; line: number }[] = [];
  let fields: string[] = [];
  let [line, firstLine] = [0, 0];
  const field = /(?:"((?:[^"]|"")*)(?:"|$)|([^",\n]*))([^,\n]*)(,|\n|$)/y;
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (!match) break;
    const [whole, quoted, plain = "", rest = "", end] = match;
    fields.push(quoted === undefined ? plain + rest : quoted.replaceAll('""', '"') + rest);
    line += whole.split("\n").length - 1;
    if (end === ",") {
      // A comma at the very end leaves one empty field.
      if (field.lastIndex === text.length) fields.push("");
      else continue;
    }
    if (fields.some((each) => each !== "")) records.push({ fields, line: firstLine });
    fields = [];
    firstLine = line;
  }
  if (fields.some((each) => each !== "")) records.push({ fields, line: firstLine });
  return records;
}
