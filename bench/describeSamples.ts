/**
 * Says in media/traces/README.md how each sample trace was made, and draws what the strategies cost on one prompt for
 * the walkthrough. `npm run samples` does it after recording; by itself: `npx tsx bench/describeSamples.ts`.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parsePromptFile } from "../src/core/prompt/promptFile";
import { resultPicture } from "../src/core/measure/resultPicture";
import { totalTokens, verdict, type RunSummary } from "../src/core/measure/runSummary";
import { fold } from "../src/core/trace/fold";
import { readTrace } from "../src/core/trace/traceFile";
import { markdownTable } from "./markdownTable";

const media = path.join(import.meta.dirname, "..", "media");
const SUFFIX = ".thoughts.jsonl";
const PICTURE = path.join(media, "walkthrough", "compare.svg");

/** The sample file that holds each prompt, by the prompt's title. */
async function filesByTitle(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const name of readdirSync(path.join(media, "samples"))) {
    if (!/\.(prompt\.md|prompty|prompt)$/.test(name)) continue;
    const { prompts } = await parsePromptFile(name, readFileSync(path.join(media, "samples", name), "utf8"));
    for (const { title } of prompts) files.set(title, `media/samples/${name}`);
  }
  return files;
}

function recordedRuns(): RunSummary[] {
  const names = readdirSync(path.join(media, "traces")).filter((name) => name.endsWith(SUFFIX));
  return names.flatMap((name) => {
    const { header, exit, end } = fold(readTrace(readFileSync(path.join(media, "traces", name), "utf8")).events);
    return header ? [{ header, exit, end }] : [];
  });
}

const runs = recordedRuns();
const files = await filesByTitle();
const rows = runs.map((run) => {
  const { strategy, prompt, model } = run.header;
  const file = files.get(prompt.title ?? "") ?? "media/samples";
  const answers = run.header.options["answers"] === true ? " --option answers=true" : "";
  const command = `\`npx thoughtlens run ${file} --model pocket --strategy ${strategy}${answers}\``;
  return [`\`${strategy}${SUFFIX}\``, prompt.title ?? "", model.id, verdict(run), `${totalTokens(run)}`, command];
});
const table = markdownTable(["file", "prompt", "model", "answer", "tokens", "command"], rows);
writeFileSync(
  path.join(media, "traces", "README.md"),
  `# Sample traces

Real runs of the included models, one a strategy that they run, recorded by \`npm run samples\`. A sample file may hold
several prompts; its first one that was answered right is kept, else its first.

${table}`,
);

// The prompt that most strategies were recorded on shows how they differ.
const sameAs = (run: RunSummary) => runs.filter(({ header }) => header.prompt.title === run.header.prompt.title);
const [compared = []] = runs.map(sameAs).sort((a, b) => b.length - a.length);
writeFileSync(PICTURE, `${resultPicture(compared)}\n`);
