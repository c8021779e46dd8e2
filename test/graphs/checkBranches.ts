/**
 * npm run test:branches -- MODEL …: on every model, each strategy that it runs goes on from inside its own greedy run, at places
 * spread over it, and has to write the rest of that run token for token; samples from one place with one seed have to be equal.
 * Prints a matrix; fails when a token differs.
 */
import path from "node:path";
import { purposes } from "../../src/core/measure/metrics";
import { toErrorShape } from "../../src/core/protocol/rpc";
import { loadOnnxModel } from "../../src/engine/backends/onnx/onnxModel";
import type { LanguageModel } from "../../src/engine/decoding/model";
import { STRATEGIES, whyNot } from "../../src/engine/strategies";
import { placesIn, recordBranch, recordRun, standing, type Recorded } from "../unit/engine/branchedRuns";

const PLACES = 6;
const OPTIONS = { maxTokens: 96, checkAt: "line", maxChecks: 3, roundTokens: 32, summaryTokens: 16, maxRounds: 2 };

const folders = process.argv.slice(2);
if (folders.length === 0) throw new Error("Name folders of models.");
const strategies = STRATEGIES.filter(({ needs }) => !needs.includes("soft-tokens"));
const heads = ["model", ...strategies.map(({ id }) => id), "sampled again"];
console.log(`| ${heads.join(" | ")} |\n|${heads.map(() => "---|").join("")}`);

let failures = 0;
for (const folder of folders) {
  const model = await loadOnnxModel(path.resolve(folder), { threads: 1 });
  const cells: string[] = [];
  for (const strategy of strategies) {
    const reason = whyNot(strategy, model.capabilities, model.manifest);
    cells.push(reason ? "–" : await told(() => goesOn(model, strategy.id)));
  }
  cells.push(await told(() => samplesAgain(model)));
  console.log(`| ${[path.basename(folder), ...cells].join(" | ")} |`);
  await model.dispose();
}
console.log(failures === 0 ? "\nAll went on as their parents did." : `\n${failures} differ or failed.`);
process.exitCode = failures === 0 ? 0 : 1;

async function told(check: () => Promise<string | undefined>): Promise<string> {
  try {
    const difference = await check();
    if (difference === undefined) return "equal";
    failures += 1;
    return difference;
  } catch (error) {
    // A probe is trained for a model; a level of effort is heeded by some.
    if (/^(probe|effort)-/.test(toErrorShape(error).code)) return "–";
    failures += 1;
    return `failed: ${toErrorShape(error).message}`;
  }
}

async function goesOn(model: LanguageModel, strategy: string): Promise<string | undefined> {
  const parent = await recordRun(model, strategy, { options: OPTIONS });
  const found: string[] = [];
  for (const at of placesIn(parent, PLACES)) {
    const branch = await recordBranch(model, parent.events, { at, kind: "continue" });
    const difference = differenceOf(parent, branch);
    if (difference) found.push(`${difference} from ${at}`);
  }
  return found.length > 0 ? `${found.length} of ${PLACES}: ${found.join("; ")}` : undefined;
}

async function samplesAgain(model: LanguageModel): Promise<string | undefined> {
  const parent = await recordRun(model, strategies[0]!.id, { options: OPTIONS });
  const at = placesIn(parent, 3)[1]!;
  const sample = () => recordBranch(model, parent.events, { at, kind: "sample", seed: 5, options: { temperature: 1 } });
  return differenceOf(await sample(), await sample());
}

/** Where two texts part, and how sure the model was of the token that the first has there. */
function differenceOf(first: Recorded, second: Recorded): string | undefined {
  const [a, b] = [standing(first), standing(second)];
  const at = a.findIndex((token, index) => token !== b[index]);
  if (at < 0 && a.length === b.length) return undefined;
  const place = at < 0 ? a.length : at;
  const purpose = purposes(first.trace);
  const position = first.trace.positions.filter((_, index) => purpose[index] !== "trial")[place];
  const share = position?.logprob === undefined ? "" : `, where its token had ${Math.exp(position.logprob).toFixed(4)}`;
  const other = position?.others?.[0] ? ` and the next ${position.others[0][1].toFixed(3)}` : "";
  return `parts at ${place}${share}${other}`;
}
