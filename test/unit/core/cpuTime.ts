/**
 * Milliseconds of processor time that `work` took in this process, as a machine at rest would have taken them: wall time grows
 * with what else runs, and processor time with what else runs on the same core and with a slower processor.
 */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return atRest(before);
}

/** The same of work that waits in between; what else this process does meanwhile counts too. */
export async function cpuMsOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  return atRest(before);
}

/** What some work took since; it is told before the machine is asked how slow it is. */
function atRest(before: NodeJS.CpuUsage): number {
  const took = usedMs(before);
  // How slow the machine is cannot be told from less than a clock tick or two, and makes no difference there.
  return took < 20 ? took : took / slowness();
}

function usedMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Milliseconds that {@link standardWork} takes where nothing else runs, on the machine that the bars were set on. */
const AT_REST_MS = 15;
/** No machine is taken for slower than this: a bar that moves further holds nothing. */
const SLOWEST = 4;

let isWarm = false;

/** How many times longer than on a machine at rest something takes now, at least 1. */
function slowness(): number {
  // The first calls are those of a function that is not compiled yet.
  if (!isWarm) Array.from({ length: 8 }, standardWork);
  isWarm = true;
  const took = Array.from({ length: 3 }, () => {
    const before = process.cpuUsage();
    standardWork();
    return usedMs(before);
  });
  return Math.min(SLOWEST, Math.max(1, took.sort((a, b) => a - b)[1]! / AT_REST_MS));
}

/** Some of everything that readers do: characters, patterns, maps, short strings. */
function standardWork(): number {
  const counts = new Map<string, number>();
  let text = "";
  for (let at = 0; at < 60_000; at++) text += String.fromCharCode(97 + ((at * 7919) % 26), at % 5 ? 97 : 32);
  for (const [word] of text.matchAll(/\w+\s?/g)) counts.set(word, (counts.get(word) ?? 0) + 1);
  for (let at = 0; at < text.length; at++) counts.set(text[at]!, (counts.get(text[at]!) ?? 0) + text.charCodeAt(at));
  return counts.size + JSON.parse(JSON.stringify([...counts])).length;
}
