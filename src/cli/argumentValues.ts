/** What stands behind a flag, read and checked: numbers, shares, devices, times, names with values. */
import { DEVICES, isDevice, type Device } from "../core/protocol/device";
import type { Waiting } from "../core/protocol/engineApi";
import { MAPPED, type FieldMapping } from "../core/formats/rows/mapping";
import { ActionableError } from "../core/protocol/rpc";

/** @throws ActionableError `usage` */
export function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw new ActionableError("usage", `--${name} takes a whole number, not “${text}”.`, "Run thoughtlens --help.");
}

/** @throws ActionableError `usage` where it is none between 0 and 1 */
export function share(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && value < 1) return value;
  throw usage(`--${name} takes a share between 0 and 1, not “${text}”.`);
}

/** @throws ActionableError `usage` */
export function deviceOf(text: string): Device {
  if (isDevice(text)) return text;
  throw usage(`--device takes ${DEVICES.join(", ")}, not “${text}”.`);
}

/** @throws ActionableError `usage` */
export function atLeastOne(name: string, text: string | undefined, most: number): number {
  const value = wholeNumber(name, text) ?? 1;
  if (value >= 1 && value <= most) return value;
  throw usage(`--${name} takes 1 to ${most}, not ${value}.`);
}

/** @throws ActionableError `usage` where a time is none */
export function waitingOf(given: { [Name in keyof Waiting]: number | undefined }): Waiting {
  const said = Object.entries(given).filter(([, seconds]) => seconds !== undefined);
  if (said.some(([, seconds]) => seconds === 0)) throw usage("How long is waited takes a second at least.");
  return Object.fromEntries(said);
}

/** `NAME=VALUE` apart. @throws ActionableError `usage` */
export function nameAndValue(argument: string, text: string): [name: string, value: string] {
  const at = text.indexOf("=");
  if (at < 1)
    throw new ActionableError("usage", `--${argument} takes NAME=VALUE, not “${text}”.`, "Run thoughtlens --help.");
  return [text.slice(0, at), text.slice(at + 1)];
}

/** A strategy's option, whose value is JSON where it can be read as such, else text. @throws ActionableError `usage` */
export function optionOf(text: string): [string, unknown] {
  const [name, value] = nameAndValue("option", text);
  try {
    return [name, JSON.parse(value) as unknown];
  } catch {
    return [name, value];
  }
}

/** Options of every strategy that have flags of their own. @throws ActionableError `usage` */
export function adviceOptions(values: {
  instruction?: string | undefined;
  "instruction-in"?: string | undefined;
  sampling?: string | undefined;
}): Record<string, unknown> {
  const { instruction, "instruction-in": place, sampling } = values;
  if (place !== undefined && !["system", "user"].includes(place))
    throw usage(`--instruction-in takes system or user, not “${place}”.`);
  return {
    ...(instruction === undefined ? {} : { instruction }),
    ...(place === undefined ? {} : { instructionIn: place }),
    ...(sampling === undefined ? {} : { sampling }),
  };
}

/** @throws ActionableError `usage` */
export function mappingOf(pairs: readonly string[]): FieldMapping | undefined {
  if (pairs.length === 0) return undefined;
  const mapping: FieldMapping = {};
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const name = MAPPED.find((each) => each === pair.slice(0, at).trim());
    const field = pair.slice(at + 1).trim();
    if (at < 1 || name === undefined || field === "") {
      const message = `--map takes NAME=FIELD with one of ${MAPPED.join(", ")}, not “${pair}”.`;
      throw new ActionableError("usage", message, "Run thoughtlens --help.");
    }
    mapping[name] = field;
  }
  return mapping;
}

export const usage = (message: string) => new ActionableError("usage", message, "Run thoughtlens --help.");
