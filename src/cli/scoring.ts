/** `score`: what a local model makes of recorded reasoning, token by token, and where that could have stopped. */
import path from "node:path";
import { fold } from "../core/trace/fold";
import { ActionableError, toErrorShape } from "../core/protocol/rpc";
import type { TraceEvent } from "../core/trace/trace";
import { serializeEvent } from "../core/trace/traceFile";
import { diskError } from "../disk/diskError";
import { replaceFile } from "../disk/wholeFile";
import type { Arguments } from "./arguments";
import { scoreReport, scoreText, type ScoreReport } from "./scoreReport";
import { Session } from "./session";
import { complain, print, printJson } from "./terminal";
import { tracesOf } from "./tracesOf";

const PLACES = ["transition", "paragraph", "line"];
const HELP = "Run thoughtlens score FILE --model DIR.";

/** Scores every trace of a file and writes the new ones where `--out` says. @returns the exit code */
export async function score(args: Arguments): Promise<number> {
  const [file, ...more] = args.files;
  if (file === undefined) throw new ActionableError("usage", "No trace was named.", HELP);
  if (more.length > 0) throw new ActionableError("usage", "One file is scored at a time.", HELP);
  const options = { ...args.options, ...(args.at === undefined ? {} : { at: placesOf(args.at) }) };
  const traces = (await tracesOf(file)).slice(0, args.limit);
  const session = new Session(args);
  const reports: ScoreReport[] = [];
  for (const [index, events] of traces.entries()) {
    if (session.cancelled) break;
    try {
      const scored = await session.score(events, options, `Scoring ${index + 1} of ${traces.length}`);
      const report = scoreReport(fold(scored), await keep(scored, args.out, index));
      session.clearStatus();
      reports.push(report);
      if (!args.json) print(`${scoreText(report)}\n`);
    } catch (error) {
      // One trace of many may hold nothing to score.
      const { code, message } = toErrorShape(error);
      if (traces.length === 1 || !NOT_SCORABLE.includes(code)) throw error;
      session.clearStatus();
      complain(`Trace ${index + 1}: ${message}`);
    }
  }
  if (args.json) printJson({ file: path.basename(file), traces: reports });
  if (session.cancelled) return 130;
  return reports.length > 0 ? 0 : 1;
}

const NOT_SCORABLE = ["score-no-thinking", "score-no-header", "score-again"];

function placesOf(text: string): string[] {
  const places = text.split(",").map((place) => place.trim());
  if (places.every((place) => PLACES.includes(place))) return places;
  throw new ActionableError("usage", `--at takes ${PLACES.join(", ")} or several of them, not “${text}”.`, HELP);
}

/** Writes the file that was named; of several traces the others get a number before the extension. */
async function keep(
  events: readonly TraceEvent[],
  out: string | undefined,
  index: number,
): Promise<string | undefined> {
  if (out === undefined) return undefined;
  const file = index === 0 ? out : out.replace(/((?:\.thoughts)?\.[^./\\]+)?$/, `-${index + 1}$1`);
  try {
    await replaceFile(file, events.map((event) => `${serializeEvent(event)}\n`).join(""));
  } catch (error) {
    throw diskError(error, file, { what: "The trace", code: "file", elsewhere: "name another file by --out" });
  }
  return file;
}
