// npm run bench:store: a folder of 5 000 traces, and traces of hundreds of megabytes, as the editor opens them.
//   npm run bench:store -- --traces 500 --sizes 10,20    fewer, and smaller ones (MB)
//   npm run bench:store -- --json                        one object: { rows: [{ figure, value, target, met }] }
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { resultOf, resultTitle } from "../src/editor/results/promptResults";
import { RunList } from "../src/editor/store/runList";
import { readTraceFolder } from "../src/editor/store/traceFolder";
import { TraceIndex } from "../src/editor/store/traceIndex";
import { markdownTable } from "./markdownTable";
import { writeTraceFile, writeTraceFolder } from "./store/writeTraces";

const PROMPTS = 100;
/** Tokens of a run in a large file: one file is a single run, the other the runs of a dataset. */
const LONG_RUN = 50_000_000;
const SHORT_RUN = 2000;

interface Row {
  figure: string;
  value: number;
  unit: "ms" | "MB";
  target: number;
}

const { values } = parseArgs({
  options: {
    traces: { type: "string", default: "5000" },
    sizes: { type: "string", default: "390,1000" },
    json: { type: "boolean", default: false },
  },
});
const place = mkdtempSync(path.join(tmpdir(), "thoughtlens-store-"));
try {
  const rows = [...(await folderRows(Number(values.traces))), ...(await fileRows(values.sizes.split(",").map(Number)))];
  if (values.json) console.log(JSON.stringify({ rows: rows.map((row) => ({ ...row, met: row.value < row.target })) }));
  else console.log(markdownTable(["figure", "value", "target"], rows.map(shown)));
  process.exitCode = rows.every(({ value, target }) => value < target) ? 0 : 1;
} finally {
  rmSync(place, { recursive: true, force: true });
}

function shown({ figure, value, unit, target }: Row): string[] {
  return [figure, `${Math.round(value)} ${unit}`, `< ${target} ${unit}`];
}

async function folderRows(count: number): Promise<Row[]> {
  const folder = path.join(place, "traces");
  await writeTraceFolder(folder, count, PROMPTS);
  const index = new TraceIndex(path.join(place, "indexes"), folder);
  const list = async () => {
    const runs = new RunList();
    runs.setAll(await readTraceFolder(folder, index));
    return runs;
  };
  const cold = await timed(list);
  const warm = await timed(list);
  const lenses = await timed(() => {
    for (let number = 0; number < PROMPTS; number++) {
      const result = resultOf(warm.value.ofPrompt(`file:///home/ann/stories.prompt.md#Story ${number}`));
      if (!result || resultTitle(result) === "") throw new Error("a prompt has no result");
    }
  });
  const ms = { unit: "ms", target: 1000 } as const;
  return [
    { figure: `${count} traces, store ready, no index`, value: cold.ms, ...ms, target: 6000 },
    { figure: `${count} traces, store ready`, value: warm.ms, ...ms },
    { figure: `CodeLens pass over ${PROMPTS} prompts`, value: lenses.ms, ...ms, target: 50 },
  ];
}

async function fileRows(sizes: readonly number[]): Promise<Row[]> {
  const script = path.join(place, "openTrace.mjs");
  await build({
    entryPoints: [path.join(import.meta.dirname, "store/openTrace.ts")],
    outfile: script,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  const kinds = [
    ["one run", LONG_RUN],
    ["runs of a dataset", SHORT_RUN],
  ] as const;
  return sizes.flatMap((size) =>
    kinds.flatMap(([kind, tokens]): Row[] => {
      const file = path.join(place, "large.thoughts.jsonl");
      writeTraceFile(file, size * 1e6, tokens);
      const opened = JSON.parse(execFileSync(process.execPath, [script, file], { encoding: "utf8" })) as {
        ms: number;
        megabytes: number;
      };
      rmSync(file);
      return [
        { figure: `${size} MB, ${kind}: opened`, value: opened.ms, unit: "ms", target: 6000 },
        { figure: `${size} MB, ${kind}: memory`, value: opened.megabytes, unit: "MB", target: 500 },
      ];
    }),
  );
}

async function timed<T>(work: () => T | Promise<T>): Promise<{ value: T; ms: number }> {
  const began = performance.now();
  const value = await work();
  return { value, ms: performance.now() - began };
}
