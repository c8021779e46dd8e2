/** Prints each run of a Thoughtlens trace as a line of JSON: npx tsx readTrace.ts FILE */
import { readFileSync } from "node:fs";

type Event = { t: string; at: number; from: number; to: number; text: string[] } & Record<string, unknown>;
const runs: { run: Event; text: string[]; thinking: string[]; exit?: Event; end?: Event }[] = [];

for (const line of readFileSync(process.argv[2]!, "utf8").split("\n")) {
  let event: Event;
  try {
    event = JSON.parse(line) as Event;
  } catch {
    continue; // The last line of a file that was cut.
  }
  const last = runs.at(-1)!;
  if (event.t === "run") runs.push({ run: event, text: [], thinking: [] });
  else if (event.t === "tokens") last.text.splice(event.at, Infinity, ...event.text);
  else if (event.t === "span" && event["kind"] === "thinking")
    last.thinking.push(...last.text.slice(event.from, event.to));
  else if (event.t === "exit" || event.t === "end") last[event.t] = event;
}
for (const { run, text, thinking, exit, end } of runs) {
  const row = { strategy: run["strategy"], answer: end?.["answer"] ?? null, tokens: text.length };
  console.log(JSON.stringify({ ...row, exit: exit?.["why"] ?? null, thinking: thinking.join("") }));
}
