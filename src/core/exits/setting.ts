/** Settings of exit rules as plain data, so that a page that replays runs needs no schema library to read them. */

/** A number; without a default it may be left out. */
export interface NumberSetting {
  readonly description: string;
  readonly default?: number;
  readonly isWhole?: boolean;
  readonly least?: number;
  /** Exclusive. */
  readonly above?: number;
  readonly most?: number;
}

/** One description for each setting of `Settings`. */
export type SettingsOf<Settings> = { readonly [Name in keyof Settings]-?: NumberSetting };

/** Whether a value from a file fits a setting. */
function fits(value: unknown, { isWhole, least, above, most }: NumberSetting): value is number {
  return (
    typeof value === "number" &&
    !Number.isNaN(value) &&
    (!isWhole || Number.isInteger(value)) &&
    (least === undefined || value >= least) &&
    (above === undefined || value > above) &&
    (most === undefined || value <= most)
  );
}

/** Settings out of the options of a recorded run: what is missing or does not fit is the default. */
export function settingsFrom<Settings>(
  settings: SettingsOf<Settings>,
  options: Readonly<Record<string, unknown>>,
): Settings {
  const entries = Object.entries<NumberSetting>(settings as Record<string, NumberSetting>);
  return Object.fromEntries(
    entries.map(([name, setting]) => [name, fits(options[name], setting) ? options[name] : setting.default]),
  ) as Settings;
}
