/** Tables as the documents of this project hold them. */

/**
 * A Markdown table with its columns padded, as the formatter of this repository leaves it.
 * @param right columns, counted from 0, whose cells are figures
 */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const cell = (text: string | undefined) => (text ?? "").replace(/\s*\n\s*/g, " ").replaceAll("|", "\\|");
  const cells = [head, ...rows].map((row) => head.map((_, column) => cell(row[column])));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => [...row[column]!].length)));
  const pad = (text: string, column: number) => {
    const space = " ".repeat(widths[column]! - [...text].length);
    return right.includes(column) ? space + text : text + space;
  };
  const rule = widths.map((width, column) =>
    right.includes(column) ? `${"-".repeat(width - 1)}:` : "-".repeat(width),
  );
  const [title, ...body] = cells.map((row) => row.map(pad));
  return [title!, rule, ...body].map((row) => `| ${row.join(" | ")} |\n`).join("");
}
