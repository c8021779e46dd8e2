/** The line a suite prints last; `stats` are those of a mocha runner. */
export function endLine(stats: Mocha.Stats): string;
