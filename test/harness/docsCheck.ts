/**
 * `npm run docs:check`: whether the documents say everything that there is, and nothing that there is not: commands, settings,
 * options, strategies, rules, error codes, views, events of traces; links inside the project; commands in examples; and whether
 * figures stand beside the command that prints them. Whatever `npm run generate` writes is checked to be up to date, in
 * documents and elsewhere.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { parseArguments } from "../../src/cli/arguments";
import { RULES } from "../../src/core/exits/rules";
import { traceEvent } from "../../src/core/trace/trace";
import { STRATEGIES, optionNames } from "../../src/engine/strategies";
import { errorsIn, LOST_WORDS } from "./errorCodes";
import { commandLineWords } from "./commandLine";
import { staleFiles } from "./generated";
import { read, wordsOf, type Manifest } from "./documentParts";

const root = new URL("../../", import.meta.url).pathname;
const manifest = JSON.parse(read("package.json")) as Manifest & { scripts: Record<string, string> };

/** Every document that people read; those of data and models say where they come from by themselves. */
const FOLDERS = [".", "docs", "bench", "media/samples", "media/traces", "training"];
const documents = FOLDERS.flatMap((folder) =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => path.posix.join(folder, name)),
);

const problems: string[] = [];
const say = (file: string, problem: string): void => void problems.push(`${file}: ${problem}`);

/** What `file` has to name, and what it names. */
function same(file: string, what: string, there: readonly string[], named: readonly string[]): void {
  for (const name of there) if (!named.includes(name)) say(file, `${what} ${name} is not described.`);
  for (const name of named) if (!there.includes(name)) say(file, `there is no ${what} ${name}.`);
}

/** The first cells of the rows of tables under a heading, without their marks. */
function firstCells(text: string, heading: string, mark: RegExp): string[] {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/^\| *([^|]+?) *\|/gm)].flatMap(([, cell]) => mark.exec(cell!)?.[1] ?? []);
}

const CODE = /^`([^`]+)`$/;
const ITALIC = /^_(.+)_$/;

function checkNames(): void {
  const commands = manifest.contributes.commands.map(({ title }) => wordsOf(title));
  same("docs/EDITOR.md", "command", commands, firstCells(read("docs/EDITOR.md"), "Commands", ITALIC));
  const settings = Object.keys(manifest.contributes.configuration.properties);
  same("docs/EDITOR.md", "setting", settings, firstCells(read("docs/EDITOR.md"), "Settings", CODE));
  for (const name of settings) {
    const key = manifest.contributes.configuration.properties[name]!.markdownDescription;
    if (wordsOf(key) === key) say("package.nls.json", `the setting ${name} has no description.`);
  }

  const { commands: calls, options, differing } = commandLineWords();
  for (const name of differing) say("src/cli/usage.ts", `the help and the flags that are parsed differ in --${name}.`);
  const shown = firstCells(read("docs/COMMAND-LINE.md"), "Commands", CODE).map((call) => call.split(" ", 1)[0]!);
  same("docs/COMMAND-LINE.md", "command", commandsOfMain(), shown);
  same(
    "docs/COMMAND-LINE.md",
    "command",
    commandsOfMain(),
    calls.map(({ name }) => name),
  );
  const flags = firstCells(read("docs/COMMAND-LINE.md"), "Flags", CODE).map((flag) => flag.slice(2));
  same(
    "docs/COMMAND-LINE.md",
    "flag",
    options.map(({ name }) => name),
    flags,
  );

  const [strategies = ""] = read("docs/STRATEGIES.md").split(/^## Rules$/m);
  const entries = [...strategies.matchAll(/^- \*\*[^*]+\*\* \(`([\w-]+)`\):([^]*?)(?=^- |^## |^$)/gm)];
  same(
    "docs/STRATEGIES.md",
    "strategy",
    STRATEGIES.map(({ id }) => id),
    entries.map(([, id]) => id!),
  );
  for (const [, id, words] of entries)
    if (!/\bUse it\b/.test(words!)) say("docs/STRATEGIES.md", `${id} does not say when to use it.`);
  for (const { id } of RULES)
    if (!read("docs/STRATEGIES.md").includes(`\`${id}\``)) say("docs/STRATEGIES.md", `rule ${id} is not named.`);

  const events = traceEvent.options.map((option) => option.shape.t.value);
  same("docs/TRACE-FORMAT.md", "event", events, firstCells(read("docs/TRACE-FORMAT.md"), "Events", CODE));

  const views = [...(/VIEW_TITLES[^{]+\{([^}]+)\}/.exec(read("webview/shell/tabs.ts"))?.[1] ?? "").matchAll(/"(.+)"/g)];
  if (views.length < 5) say("webview/shell/tabs.ts", "the titles of the views were not found.");
  for (const [, view] of views) {
    const section = read("docs/VIEWS.md")
      .split(/^## /m)
      .find((part) => part.startsWith(`${view}\n`));
    if (section === undefined) say("docs/VIEWS.md", `the view ${view} is not described.`);
    else if (!/!\[[^\]]+\]\(/.test(section)) say("docs/VIEWS.md", `the view ${view} has no picture.`);
  }
}

/** Those that the program knows. */
function commandsOfMain(): string[] {
  const [, body = ""] = /const COMMANDS[^{]+\{([^]*?)^\};/m.exec(read("src/cli/main.ts")) ?? [];
  return [...body.matchAll(/^ {2}(\w+)(?=[,:])/gm)].map(([, name]) => name!);
}

/** As GitHub makes them of headings. */
function anchorsOf(file: string): Set<string> {
  const headings = [...withoutCode(read(file)).matchAll(/^#{1,6} +(.+)$/gm)].map(([, title]) => title!);
  return new Set(
    headings.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .trim()
        .replaceAll(" ", "-"),
    ),
  );
}

const withoutCode = (text: string): string => text.replace(/^(```+)[^]*?^\1$/gm, "").replace(/`[^`\n]*`/g, "");

function checkLinks(file: string): void {
  const links = [
    ...withoutCode(read(file)).matchAll(/\]\(([^()\s]+)\)/g),
    ...read(file).matchAll(/\b(?:src|href)="([^"]+)"/g),
  ];
  for (const [, link] of links) {
    if (/^[a-z]+:/.test(link!)) continue;
    const [place = "", anchor] = link!.split("#");
    const target = place === "" ? file : path.posix.join(path.posix.dirname(file), decodeURI(place));
    if (!existsSync(path.join(root, target))) say(file, `the link ${link} leads nowhere.`);
    else if (anchor && target.endsWith(".md") && !anchorsOf(target).has(anchor))
      say(file, `${target} has no heading #${anchor}.`);
  }
}

/** Commands in fences and in running text. */
function checkExamples(file: string): void {
  const text = read(file);
  const fenced = [...text.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap(([, block]) => block!.split("\n"));
  const inline = [...text.matchAll(/`((?:npx thoughtlens|npm (?:run|test|start))[^`]*)`/g)].map(([, code]) => code!);
  for (const line of [...fenced, ...inline]) {
    const script = /\bnpm (?:run )?([\w:]+)/.exec(line)?.[1];
    const isOwn = script !== undefined && !["install", "pack", "audit", "ci"].includes(script);
    if (isOwn && manifest.scripts[script] === undefined) say(file, `there is no script ${script}: ${line.trim()}`);
    const call = /npx thoughtlens (.+)/.exec(line.replace(/ +#.*$/, ""))?.[1];
    if (call !== undefined && call !== "…") checkCall(file, call);
  }
}

function checkCall(file: string, call: string): void {
  try {
    const words = [...call.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3]!);
    const { command, strategy, strategies = [], options } = parseArguments(words);
    if (command !== undefined && !commandsOfMain().includes(command))
      say(file, `there is no command ${command}: ${call}`);
    const named = [strategy, ...strategies].map((name) => name.split(":")[0]!);
    for (const name of named)
      if (!STRATEGIES.some(({ id }) => id === name)) say(file, `there is no strategy ${name}: ${call}`);
    const known = STRATEGIES.flatMap(({ id }) => optionNames(id));
    for (const name of Object.keys(options))
      if (!known.includes(name)) say(file, `there is no option ${name}: ${call}`);
  } catch (error) {
    say(file, `${String(error)} ${call}`);
  }
}

/** Settings, scripts and files that the text names. */
function checkMentions(file: string): void {
  const text = read(file);
  const settings = Object.keys(manifest.contributes.configuration.properties);
  const commands = (JSON.parse(read("package.json")) as Manifest).contributes.commands.map(({ command }) => command);
  for (const [, name] of text.matchAll(/`(thoughtlens\.[a-zA-Z.]+?)(?:\.?\*)?`/g)) {
    const isKnown = [...settings, ...commands].some((each) => each === name || each.startsWith(`${name}.`));
    if (!isKnown && !/\.(json|expected|mjs)$/.test(name!)) say(file, `there is no setting or command ${name}.`);
  }
  for (const [, place] of text.matchAll(/`((?:src|test|webview|bench|docs|media|models)\/[\w./-]+)`/g))
    if (!existsSync(path.join(root, place!)) && !/NAME|FOLDER|VIEW/.test(place!)) say(file, `there is no ${place}.`);
}

/** Three cells of a row that are numbers make it one of figures. */
const isFigures = (row: string): boolean =>
  row.split("|").filter((cell) => /^\s*[-−+]?\d[\d .,–()%-]*\s*(%|ms|s|MB|tok\/s)?[^a-z|]*$/.test(cell)).length >= 3;

/** A table of figures stands in a chapter that names the command which prints them. */
function checkFigures(file: string): void {
  for (const chapter of read(file).split(/^(?=## )/m)) {
    const rows = chapter.split("\n").filter((line) => line.startsWith("|") && isFigures(line));
    if (rows.length < 2 || /`[^`]*\b(npm run|npx thoughtlens|python -m|node )|```sh/.test(chapter)) continue;
    say(file, `figures without the command that prints them: ${rows[0]!.slice(0, 80)}`);
  }
}

checkNames();
for (const file of documents) {
  checkLinks(file);
  checkExamples(file);
  checkMentions(file);
  checkFigures(file);
}
for (const { file } of await staleFiles()) say(file, "what is generated there is out of date: npm run generate.");
for (const { code, file, message } of errorsIn(root))
  if (message === LOST_WORDS)
    say(file, `what the error ${code} says stands elsewhere: say it in test/harness/errorCodes.ts.`);
for (const file of ["README.md", "SECURITY.md", "CHANGELOG.md"])
  if (!statSync(path.join(root, file), { throwIfNoEntry: false })) say(file, "is missing.");

for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(
  `docs: ${documents.length} documents, ${problems.length === 0 ? "clean" : `${problems.length} problems`}\n`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
