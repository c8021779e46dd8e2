/** Settings of an exit rule as options of a strategy, with their bounds, defaults and descriptions. */
import * as z from "zod";
import type { ExitRule } from "../../core/exits/rule";
import type { NumberSetting } from "../../core/exits/setting";

/** @returns the shape of an object schema, one option for each setting */
export function ruleOptions<Settings, State>(
  rule: ExitRule<Settings, State>,
): { [Name in keyof Settings]-?: z.ZodType<Settings[Name], Settings[Name] | undefined> } {
  const entries = Object.entries<NumberSetting>(rule.settings as Record<string, NumberSetting>);
  return Object.fromEntries(entries.map(([name, setting]) => [name, optionOf(setting)])) as never;
}

function optionOf({ description, isWhole, least, above, most, default: preset }: NumberSetting): z.ZodType {
  let number = isWhole ? z.int() : z.number();
  if (least !== undefined) number = number.min(least);
  if (above !== undefined) number = number.gt(above);
  if (most !== undefined) number = number.max(most);
  return (preset === undefined ? number.optional() : number.default(preset)).describe(description);
}
