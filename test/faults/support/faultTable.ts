/** What was tried and what came of it: one row a kind, printed when all tests of the run are over. */

/** How much is tried: the gate has little time. `FAULTS=all` is set by `npm run test:faults`. */
export const WHOLE = process.env["FAULTS"] === "all";
/** The same seed kills at the same moments, as far as the machine allows. */
export const SEED = Number(process.env["FAULTS_SEED"] ?? 1);

/** All cases, or in the gate one of so many: which of them the seed says. */
export function chosen<Case>(cases: readonly Case[], ofSoMany: number): Case[] {
  return cases.filter((_, at) => WHOLE || at % ofSoMany === SEED % ofSoMany);
}

export interface Outcome {
  tried?: number;
  /** Results and traces that had been there, or been told of, and are not any more; files that hold nothing. */
  lost?: number;
  /** Processes, locks and files that nobody needs any more. */
  leaked?: number;
  seconds?: number;
  /** Resident memory beyond what the same program takes for sound work. */
  mib?: number;
}

const rows = new Map<string, Required<Outcome>>();

export function record(kind: string, { tried = 1, lost = 0, leaked = 0, seconds = 0, mib = 0 }: Outcome): void {
  const row = rows.get(kind) ?? { tried: 0, lost: 0, leaked: 0, seconds: 0, mib: 0 };
  rows.set(kind, {
    tried: row.tried + tried,
    lost: row.lost + lost,
    leaked: row.leaked + leaked,
    seconds: Math.max(row.seconds, seconds),
    mib: Math.max(row.mib, mib),
  });
}

/** Says how far a long test is, on stderr. */
export function progress(kind: string, done: number, of: number): void {
  if (done % Math.max(1, Math.floor(of / 10)) === 0) process.stderr.write(`      ${kind}: ${done} of ${of}\n`);
}

const HEAD = ["kind", "tried", "lost", "leaked", "worst s", "worst MB above idle"];

function tableOf(): string {
  const lines = [
    HEAD,
    ...[...rows].map(([kind, { tried, lost, leaked, seconds, mib }]) => [
      kind,
      String(tried),
      String(lost),
      String(leaked),
      seconds.toFixed(1),
      Math.max(0, mib * 1.048576).toFixed(0),
    ]),
  ];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) =>
      line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join(" | "),
    )
    .join("\n");
}

after(() => {
  if (rows.size > 0) console.log(`\n${tableOf()}\n`);
});
