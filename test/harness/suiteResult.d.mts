/** The line a suite prints last; `stats` are those of a mocha runner. */
export function endLine(stats: Pick<Mocha.Stats, "passes" | "failures" | "pending">): string;
