/**
 * Processes killed at random moments: what was told to be kept is there, going on gives what an undisturbed run gives,
 * traces are whole beginnings of whole runs, and nothing is left that runs, blocks or holds nothing.
 */
import assert from "node:assert/strict";
import { buildSync } from "esbuild";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../../src/core/measure/random";
import type { TraceEvent } from "../../src/core/trace/trace";
import type { HostTask, HostWord } from "./programs/benchHost";
import { progress, record, SEED, WHOLE } from "./support/faultTable";
import { QUESTIONS, STRATEGIES, strayIn, tableOf, Workshop, type TraceOnDisk } from "./support/workshop";
import { Watched } from "./support/watched";

/** How often each kind is killed: a thousand times in all, and twenty times in the gate. */
const KILLS = WHOLE
  ? { cli: 250, compare: 200, engine: 250, host: 150, tree: 150 }
  : { cli: 4, compare: 4, engine: 4, host: 4, tree: 4 };
/** Two at a time: the machine is as busy as it may be when something is killed on it. */
const LANES = 2;
const HOST = path.resolve(".cache/test/faults/benchHost.mjs");

/** What an undisturbed run gives, and how long it takes here. */
interface Reference {
  table: string[];
  /** Tokens of each run, by its prompt and strategy. */
  tokens: Map<string, number[]>;
  ms: number;
  mib: number;
}

/** One process from its start to its kill: how many kills that were, and what came of them, in words. */
interface Killed {
  kills: number;
  lost: string[];
  leaked: string[];
  seconds: number;
  mib: number;
}
type Cycle = (random: () => number) => Promise<Killed>;

describe("a process that is killed at any moment", function () {
  this.timeout(20 * 60_000);
  const shops: Workshop[] = [];
  let bench: Reference;
  let comparison: Reference;
  let hosted: Reference;

  before(async () => {
    mkdirSync(path.dirname(HOST), { recursive: true });
    buildSync({
      entryPoints: ["test/faults/programs/benchHost.ts"],
      outfile: HOST,
      bundle: true,
      platform: "node",
      format: "esm",
      logLevel: "error",
    });
    const shop = open();
    // The first run proves the models and fills the cache, which takes longer.
    for (const results of ["first", "reference"]) {
      const whole = shop.cli(shop.beginArgs(results));
      assert.equal((await whole.ended).code, 0, whole.err);
      bench = referenceOf(whole, tableOf(shop.results(results)), []);
    }
    const compared = shop.cli(shop.compareArgs("out"));
    assert.equal(typeof (await compared.ended).code, "number", compared.err);
    comparison = referenceOf(compared, [], shop.traces("out"));
    const host = startHost(shop, "hosted");
    assert.equal((await host.ended).code, 0, host.err);
    hosted = referenceOf(host, tableOf(shop.results("hosted")), shop.traces("hosted-traces"));
    assert.deepEqual(hosted.table, bench.table);
  });
  after(() => {
    for (const shop of shops) shop.remove();
  });

  function open(): Workshop {
    const shop = new Workshop();
    shops.push(shop);
    return shop;
  }

  /** @returns seconds that the slowest of the processes took */
  async function killAll(kind: string, kills: number, lane: (shop: Workshop) => Cycle): Promise<void> {
    let done = 0;
    const faults: string[] = [];
    await Promise.all(
      Array.from({ length: Math.min(LANES, kills) }, async (_, number) => {
        const random = seededRandom(SEED * 1000 + number);
        const cycle = lane(open());
        while (done < kills) {
          const { kills: tried, lost, leaked, ...figures } = await cycle(random);
          faults.push(...lost, ...leaked);
          record(kind, { ...figures, tried, lost: lost.length, leaked: leaked.length });
          for (let each = 0; each < tried; each++) progress(kind, ++done, kills);
        }
      }),
    );
    assert.deepEqual(faults, []);
  }

  it("on the command line: no result of a bench is lost, and going on gives the same table", () =>
    killAll("bench on the command line killed", KILLS.cli, (shop) => {
      let begun = 0;
      return async (random) => {
        const results = `${begun}.bench.jsonl`;
        const known = tableOf(shop.results(results));
        const child = shop.cli(shop.benchArgs(results));
        const more = known.length + 1 + Math.floor(random() * 3);
        await momentOf(random, bench.ms, child, () => tableOf(shop.results(results)).length >= more);
        const seen = tableOf(shop.results(results));
        const killed = await child.kill();
        const leaked = await orphansOf(child);
        const now = tableOf(shop.results(results));
        const lost = [
          ...missing([...known, ...seen], now),
          ...untold(labelled(child.err), now),
          ...damaged(shop, results),
        ];
        const outcome = { kills: Number(killed), lost, leaked, ...beyond(child, bench) };
        if (killed) return outcome;
        assert.equal((await child.ended).code, 0, child.err);
        assert.deepEqual(now, bench.table);
        begun += 1;
        return { ...outcome, leaked: [...leaked, ...strayIn(shop.names())] };
      };
    }));

  it("while it compares: every trace is the whole beginning of its run, and those that were through are through", () =>
    killAll("compare --out killed", KILLS.compare, (shop) => {
      let begun = 0;
      let cycles = 0;
      return async (random) => {
        const out = `out-${begun}`;
        const before = new Set(shop.traces(out).map(({ name }) => name));
        // Now and then one is let through: it has to clear away what the killed ones left.
        const through = ++cycles % 10 === 0 || cycles === KILLS.compare / LANES;
        const child = shop.cli(shop.compareArgs(out));
        if (through) await child.ended;
        else await momentOf(random, comparison.ms, child, () => shop.traces(out).length > before.size);
        const killed = await child.kill();
        const leaked = await orphansOf(child);
        const traces = shop.traces(out);
        const fresh = traces.filter(({ name }) => !before.has(name));
        const told = new Set(child.err.match(LABEL) ?? []).size;
        const ended = fresh.filter(({ events }) => events.at(-1)?.t === "end").length;
        const outcome = {
          kills: Number(killed),
          lost: [
            ...unsound(fresh, comparison),
            ...(ended < told - 1 ? [`${told - 1} runs were through, and ${ended} traces are`] : []),
          ],
          leaked,
          ...beyond(child, comparison),
        };
        if (killed) return outcome;
        assert.equal(ended, comparison.tokens.size, child.err);
        begun += 1;
        return { ...outcome, leaked: [...leaked, ...strayIn(shop.names(out))] };
      };
    }));

  for (const whom of ["engine", "host", "tree"] as const) {
    const what = { engine: "the engine alone", host: "the host alone", tree: "the host and its engine" }[whom];
    it(`${what}: what was kept stays kept, and going on gives the same table`, () =>
      killAll(`${what} killed`, KILLS[whom], (shop) => {
        let begun = 0;
        return async (random) => {
          const name = `${begun}`;
          const known = tableOf(shop.results(name));
          const child = startHost(shop, name);
          const most = Math.max(1, Math.round(random() * 6));
          let kills = 0;
          let killedAt = 0;
          if (whom === "engine") {
            // One host lives through several engines.
            while (kills < most && child.running) {
              await momentOf(random, hosted.ms, child, () => words(child).some(({ t }) => t === "trace"));
              kills += Number(child.running && killEngine(child));
              killedAt = child.seconds;
            }
            await child.ended;
          } else {
            const more = known.length + 1 + Math.floor(random() * 3);
            await momentOf(random, hosted.ms, child, () => tableOf(shop.results(name)).length >= more);
            if (whom === "tree") killEngine(child);
            kills = Number(await child.kill());
          }
          const leaked = await orphansOf(child);
          const now = tableOf(shop.results(name));
          const traces = shop.traces(`${name}-traces`);
          const said = words(child);
          const told = said.reduce((most, word) => (word.t === "kept" ? Math.max(most, word.results) : most), 0);
          const outcome = {
            kills,
            lost: [
              ...missing(known, now),
              ...untold(told, now),
              ...shortened(said, traces),
              ...unsound(traces, hosted),
              ...damaged(shop, name),
            ],
            leaked,
            ...beyond(child, hosted, killedAt),
          };
          if (child.child.signalCode !== null) return outcome;
          assert.equal((await child.ended).code, 0, child.err);
          assert.deepEqual(now, hosted.table);
          begun += 1;
          return { ...outcome, leaked: [...leaked, ...strayIn([...shop.names(), ...shop.names(`${name}-traces`)])] };
        };
      }));
  }
});

/**
 * What a process took beyond an undisturbed one, which also bounds how long its end may take: memory, and seconds from its last
 * engine's death on.
 */
const beyond = (child: Watched, sound: Reference, killedAt = 0): Pick<Killed, "seconds" | "mib"> => ({
  seconds: Math.max(0, child.seconds - killedAt - sound.ms / 1000),
  mib: child.peakMiB - sound.mib,
});

/** Half of the kills come at any moment, half soon after something has been written. */
async function momentOf(random: () => number, ms: number, child: Watched, written: () => boolean): Promise<void> {
  const [anywhere, at, after] = [random() < 0.5, random() * ms, random() * ms * 0.1];
  if (anywhere) return void (await Promise.race([pause(at), child.ended]));
  while (child.running && !written()) await pause(5);
  await Promise.race([pause(after), child.ended]);
}

/** Which run begins, as the command line says it: what came before is kept. */
const LABEL = /^.*?(?:\d+\/\d+ |: )(?:no-thinking|chain-of-thought)$/gm;

/** Results that the command line has told of: `2/3` means that one question has all of its. */
function labelled(err: string): number {
  const at = [...err.matchAll(/^(\d+)\/\d+ /gm)].map((match) => Number(match[1]));
  return at.length === 0 ? 0 : (Math.max(...at) - 1) * STRATEGIES.length;
}

const missing = (before: readonly string[], now: readonly string[]): string[] =>
  before.filter((result) => !now.includes(result));

/** @param told how many results were said to be kept */
const untold = (told: number, now: readonly string[]): string[] =>
  now.length < told ? [`${told} results were told of, and ${now.length} are there`] : [];

async function orphansOf(child: Watched): Promise<string[]> {
  return (await child.left()).map((pid) => `process ${pid} goes on`);
}

/** A file of results that is empty or has lines that are none. */
function damaged(shop: Workshop, results: string): string[] {
  if (shop.size(results) === undefined) return [];
  const reading = shop.results(results);
  if (!reading) return [`${results} holds no results`];
  return reading.whole && reading.unreadable === 0 ? [] : [`${results} has ${reading.unreadable} lines that are none`];
}

/** Runs of which less is on disk than their host said. */
function shortened(said: readonly HostWord[], traces: readonly TraceOnDisk[]): string[] {
  return said.flatMap((word) => {
    if (word.t !== "trace") return [];
    const there = traces.find(({ name }) => name.startsWith(word.run))?.events.length ?? 0;
    return there < word.events ? [`${there} of ${word.events} events of ${word.run} are there`] : [];
  });
}

const tokensOf = (events: readonly TraceEvent[]): number[] =>
  events.flatMap((event) => (event.t === "tokens" ? (event.ids ?? []).map((id) => id ?? -1) : []));
const subject = ({ events: [header] }: TraceOnDisk): string =>
  header?.t === "run" ? JSON.stringify([header.messages.map(({ content }) => content), header.strategy]) : "";

function referenceOf({ seconds, peakMiB }: Watched, table: string[], traces: readonly TraceOnDisk[]): Reference {
  const tokens = new Map(traces.map((trace) => [subject(trace), tokensOf(trace.events)]));
  return { table, tokens, ms: seconds * 1000, mib: peakMiB };
}

/** Traces that are no beginning of what their run writes when nothing disturbs it. */
function unsound(traces: readonly TraceOnDisk[], { tokens }: Reference): string[] {
  return traces.flatMap((trace) => {
    const whole = tokens.get(subject(trace));
    if (trace.problem !== undefined) return [`${trace.name}: ${trace.problem}`];
    if (!whole) return [`${trace.name} is of no run`];
    return tokensOf(trace.events).some((id, at) => id !== whole[at]) ? [`${trace.name} has other tokens`] : [];
  });
}

function startHost(shop: Workshop, name: string): Watched {
  const task: HostTask = {
    engine: path.resolve("dist/engine.cjs"),
    results: shop.file(name),
    traces: shop.file(`${name}-traces`),
    questions: QUESTIONS,
    strategies: STRATEGIES,
  };
  return new Watched([HOST, JSON.stringify(task)], { env: { XDG_CACHE_HOME: shop.file("cache") } });
}

function words(host: Watched): HostWord[] {
  const lines = host.out.split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as HostWord);
}

/** @returns whether it was there */
function killEngine(host: Watched): boolean {
  const engine = words(host).findLast((word) => word.t === "engine");
  try {
    return engine !== undefined && process.kill(engine.pid, "SIGKILL");
  } catch {
    return false;
  }
}
