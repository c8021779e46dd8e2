/** What runs cost in money, by a person's own table of prices; where that names no price, nothing is said. */
import * as z from "zod";
import { ActionableError } from "../protocol/rpc";
import type { Trace } from "../trace/fold";
import type { Billed } from "../trace/trace";

const amount = z.number().min(0).max(1e9);
const price = z.strictObject({
  /** Per million tokens. */
  input: amount,
  output: amount,
  /** Of input that was in a cache; as input where it is left out. */
  cached: amount.optional(),
  /** As it is shown, as in `USD` or `€`. */
  currency: z.string().trim().min(1).max(12),
});
export type Price = z.infer<typeof price>;
/** By the model's id as traces name it. */
export type PriceTable = Readonly<Record<string, Price>>;

const table = z.record(z.string(), price);

const FORM =
  'Write it as {"MODEL": {"input": 0.5, "cached": 0.05, "output": 2, "currency": "USD"}}, per million tokens.';

/**
 * @param what the table is called, for people
 * @throws ActionableError `prices-invalid` naming the first entry that does not fit
 */
export function readPrices(value: unknown, what: string): PriceTable {
  const parsed = table.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.map((part) => String(part).slice(0, 60)).join(" → ") ?? "";
  const where = place === "" ? "" : ` at ${place}`;
  throw new ActionableError("prices-invalid", `${what} is no table of prices${where}: ${issue?.message ?? ""}.`, FORM);
}

/** @throws ActionableError `prices-invalid` */
export function parsePrices(text: string, what: string): PriceTable {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ActionableError("prices-invalid", `${what} is no JSON.`, FORM);
  }
  return readPrices(value, what);
}

/** The price of this very model; there is none for a name that is only like it. */
export const priceOf = (prices: PriceTable, model: string | undefined): Price | undefined =>
  model !== undefined && Object.hasOwn(prices, model) ? prices[model] : undefined;

/** In the price's currency. */
export const costOf = ({ input, cached, output }: Billed, price: Price): number =>
  (input * price.input + cached * (price.cached ?? price.input) + output * price.output) / 1e6;

/** As in `0.0012 USD`: two figures below one, two decimals above. */
export function formatMoney(money: number, currency: string): string {
  const decimals = money >= 1 || money === 0 ? 2 : Math.min(12, 1 - Math.floor(Math.log10(money)));
  return `${money.toFixed(decimals)} ${currency}`;
}

/** The cost of what was billed, as a person reads it; undefined where there is no price or nothing was counted. */
export function costWords(billed: Billed | undefined, price: Price | undefined): string | undefined {
  return billed && price && formatMoney(costOf(billed, price), price.currency);
}

/** What a run is billed for; undefined for one of another tool, whose text was never counted by its model. */
export function billedOf({ header, prefills, positions, resent }: Trace): Billed | undefined {
  if (!header || header.source) return undefined;
  const billed: Billed = { input: resent, cached: 0, output: 0 };
  for (const { tokens, reused } of prefills) {
    billed.cached += Math.min(reused, tokens);
    billed.input += Math.max(0, tokens - reused);
  }
  for (const { kind } of positions) {
    if (kind === "text") billed.output += 1;
    else if (kind === "forced") billed.input += 1;
  }
  return billed;
}
