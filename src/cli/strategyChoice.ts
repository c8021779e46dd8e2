/** What a command line asks of strategies, checked before any of them runs. */
import { ActionableError } from "../core/protocol/rpc";
import { optionNames } from "../engine/strategies";

/**
 * @param options by name; each has to be one of at least one of the strategies
 * @throws ActionableError `usage`, `strategy-unknown`
 */
export function demandKnown(strategies: readonly string[], options: Readonly<Record<string, unknown>>): void {
  if (strategies.length === 0) throw new ActionableError("usage", "No strategy was named.", "Run thoughtlens --help.");
  const known = [...new Set(strategies.flatMap(optionNames))];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const message =
    strategies.length === 1
      ? `${strategies[0]} has no option “${unknown}”.`
      : `None of these strategies has an option “${unknown}”.`;
  throw new ActionableError("usage", message, `Choose one of ${known.join(", ")}.`);
}
