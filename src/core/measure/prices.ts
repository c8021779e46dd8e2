/** What runs cost in money, by a person's own table of prices; where that names no price, nothing is said. */
import { ActionableError } from "../protocol/rpc";
import { isRecord } from "../text/record";
import type { Trace } from "../trace/fold";
import type { Billed } from "../trace/trace";
import { l10n } from "../text/l10n";

/** In `currency`, as it is shown: `USD` or `€`. */
export interface Price {
  /** Per million tokens. */
  input: number;
  output: number;
  /** Of input that was in a cache; as input where it is left out. */
  cached?: number;
  currency: string;
}
/** By the model's id as traces name it. */
export type PriceTable = Readonly<Record<string, Price>>;

const FORM =
  'Write it as {"MODEL": {"input": 0.5, "cached": 0.05, "output": 2, "currency": "USD"}}, per million tokens.';
const MOST = 1e9;
const LONGEST_CURRENCY = 12;

// Checked by hand: the editor reads prices at its start and the webview draws them, where a library of schemas would be
// the largest thing that they load.
/** What is wrong with a price, and at which of its fields; undefined for a sound one. */
function faultOf(price: unknown): { field?: string; message: string } | undefined {
  if (!isRecord(price)) return { message: "it is no object" };
  const { input, output, cached, currency, ...others } = price;
  for (const [field, value] of Object.entries({ input, output, ...(cached === undefined ? {} : { cached }) })) {
    const isAmount = typeof value === "number" && value >= 0 && value <= MOST;
    if (!isAmount) return { field, message: `expected a number from 0 to ${MOST}` };
  }
  const length = typeof currency === "string" ? currency.trim().length : 0;
  if (length < 1 || length > LONGEST_CURRENCY)
    return { field: "currency", message: `expected a text of 1 to ${LONGEST_CURRENCY} characters` };
  const [unknown] = Object.keys(others);
  return unknown === undefined ? undefined : { message: `there is no "${unknown.slice(0, 60)}" in a price` };
}

/**
 * @param what the table is called, for people
 * @throws ActionableError `prices-invalid` naming the first entry that does not fit
 */
export function readPrices(value: unknown, what: string): PriceTable {
  const invalid = (place: readonly string[], message: string): ActionableError => {
    const where = place.length === 0 ? "" : ` at ${place.map((part) => part.slice(0, 60)).join(" → ")}`;
    return new ActionableError("prices-invalid", l10n.later`${what} is no table of prices${where}: ${message}.`, FORM);
  };
  if (!isRecord(value)) throw invalid([], "it is no object");
  const prices = Object.entries(value).map(([model, price]): [string, Price] => {
    const fault = faultOf(price);
    if (fault) throw invalid([model, ...(fault.field === undefined ? [] : [fault.field])], fault.message);
    const { currency, ...amounts } = price as Price;
    return [model, { ...amounts, currency: currency.trim() }];
  });
  return Object.fromEntries(prices);
}

/** @throws ActionableError `prices-invalid` */
export function parsePrices(text: string, what: string): PriceTable {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ActionableError("prices-invalid", l10n.later`${what} is no JSON.`, FORM);
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
export function billedOf({ header, prefills, positions, resent, fork = 0 }: Trace): Billed | undefined {
  if (!header || header.source) return undefined;
  const billed: Billed = { input: resent, cached: 0, output: 0 };
  for (const { tokens, reused } of prefills) {
    billed.cached += Math.min(reused, tokens);
    billed.input += Math.max(0, tokens - reused);
  }
  positions.forEach(({ kind }, at) => {
    // What a branch shares with its parent it has read and not written.
    if (kind === "forced" || (kind === "text" && at < fork)) billed.input += 1;
    else if (kind === "text") billed.output += 1;
  });
  return billed;
}
