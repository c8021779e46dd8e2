/** The table of prices that `--prices` names. */
import { parsePrices, type PriceTable } from "../core/measure/prices";
import { readSmallFile } from "./smallFile";

/** @returns no prices where none are named @throws ActionableError `prices-missing`, `prices-large`, `prices-invalid` */
export async function pricesOf(file: string | undefined): Promise<PriceTable> {
  return file === undefined ? {} : parsePrices(await readSmallFile(file, "prices", "prices"), file);
}
