/** The table of prices that `--prices` names. */
import { open } from "node:fs/promises";
import { parsePrices, type PriceTable } from "../core/measure/prices";
import { ActionableError } from "../core/protocol/rpc";

const MOST_BYTES = 2 ** 20;

/** @returns no prices where none are named @throws ActionableError `prices-missing`, `prices-large`, `prices-invalid` */
export async function pricesOf(file: string | undefined): Promise<PriceTable> {
  if (file === undefined) return {};
  const handle = await open(file).catch(() => undefined);
  if (!handle) throw missing(file);
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw missing(file);
    if (status.size > MOST_BYTES)
      throw new ActionableError(
        "prices-large",
        `The file ${file} is too large for a table of prices.`,
        "Name another.",
      );
    return parsePrices(await handle.readFile("utf8"), file);
  } finally {
    await handle.close();
  }
}

const missing = (file: string) =>
  new ActionableError("prices-missing", `The prices ${file} cannot be read.`, "Check the file's name.");
