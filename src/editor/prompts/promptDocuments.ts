/** The prompts of open documents: parsed once a version, with the file's problems. */
import { createHash } from "node:crypto";
import path from "node:path";
import * as vscode from "vscode";
import type { Background } from "../../background/background";
import type { Prompt, PromptContext, PromptFile, PromptInput } from "../../core/prompt/prompt";
import { ActionableError, sentenceOf, toErrorShape } from "../../core/protocol/rpc";
import type { Message, RunHeader } from "../../core/trace/trace";
import { promptKey } from "../store/recordedRun";
import { inWords, l10n } from "../../core/text/l10n";

/** A prompt as the editor runs it. */
export interface TracedPrompt {
  /** Same for the same section of the same file, also after an edit. */
  readonly key: string;
  readonly uri: vscode.Uri;
  /** For titles: the section's title, else the file's name. */
  readonly name: string;
  /** The line that annotations stand on. */
  readonly line: number;
  readonly messages: readonly Message[];
  readonly gold: string | undefined;
  /** Decoding options that the file asks for. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly seed: number | undefined;
  /** Values it needs before it can run. */
  readonly inputs: readonly PromptInput[];
  /** Whether it is instructions that wait for a task. */
  readonly needsTask: boolean;
  /** What the trace keeps of it. */
  readonly reference: RunHeader["prompt"] & { range: [number, number] };
}

interface Parsed {
  readonly prompts: readonly TracedPrompt[];
  readonly problems: readonly vscode.Diagnostic[];
}

const LANGUAGES = ["prompt", "prompty", "dotprompt"];
const PROMPT_FILE = /\.(prompt\.md|prompty|prompt)$/i;
/** Instructions where tools look for them; elsewhere files of these names are Markdown like any other. */
const INSTRUCTIONS = [
  "**/skills/**/SKILL.md",
  "**/{.github,.claude,.agents,agents}/**/*.agent.md",
  "**/{.github,.claude,.agents,instructions}/**/*.instructions.md",
  "**/.github/copilot-instructions.md",
  "**/{AGENTS,CLAUDE}.md",
];
/** Milliseconds after which the reading of one file is given up. */
const READING_DEADLINE_MS = 5000;
/** What newer editors call Markdown that instructs: skills, instructions, agents. */
const INSTRUCTION_LANGUAGES = ["skill", "instructions", "chatagent"];
const TEXT_LANGUAGES = ["markdown", "plaintext", ...INSTRUCTION_LANGUAGES];
const NOTHING: Parsed = { prompts: [], problems: [] };

export class PromptDocuments {
  /** Documents whose prompts may get a CodeLens. */
  readonly selector: vscode.DocumentSelector = [
    ...LANGUAGES.map((language) => ({ language })),
    { pattern: "**/*.prompt.md" },
    { pattern: "**/*.prompty" },
    { pattern: "**/*.prompt" },
    { language: "markdown" },
    ...INSTRUCTION_LANGUAGES.map((language) => ({ language })),
  ];
  /** @param background where files are read: a template may loop for ever */
  constructor(private readonly background: Background) {}

  private readonly parsed = new WeakMap<vscode.TextDocument, Promise<Parsed>>();
  private readonly versions = new WeakMap<vscode.TextDocument, number>();

  isPromptFile(document: vscode.TextDocument): boolean {
    return PROMPT_FILE.test(document.uri.path) || LANGUAGES.includes(document.languageId) || this.instructs(document);
  }

  /** Whether the file gives instructions, and lies where tools look for them. */
  instructs(document: vscode.TextDocument): boolean {
    return (
      vscode.languages.match(
        INSTRUCTIONS.map((pattern) => ({ pattern })),
        document,
      ) > 0
    );
  }

  /** Whether the whole file, or a selection in it, can be run as a prompt. */
  isTraceable(document: vscode.TextDocument): boolean {
    return this.isPromptFile(document) || TEXT_LANGUAGES.includes(document.languageId);
  }

  /** In the order of the file. */
  async of(document: vscode.TextDocument): Promise<readonly TracedPrompt[]> {
    return (await this.parse(document)).prompts;
  }

  async problemsOf(document: vscode.TextDocument): Promise<readonly vscode.Diagnostic[]> {
    return (await this.parse(document)).problems;
  }

  /**
   * What a file of instructions puts before a task.
   * @throws ActionableError `instructions-missing` where the file gives none any more
   */
  async instructionsIn(uri: vscode.Uri): Promise<readonly Message[]> {
    const document = await vscode.workspace.openTextDocument(uri);
    const found = (await this.of(document)).find(({ needsTask }) => needsTask);
    if (found) return found.messages;
    const name = path.posix.basename(uri.path);
    throw new ActionableError(
      "instructions-missing",
      l10n.later`${name} gives no instructions.`,
      "Choose a skill or an agent.",
    );
  }

  /** The selected text as one user message. */
  ofSelection(document: vscode.TextDocument, selection: vscode.Range): TracedPrompt {
    const text = document.getText(selection);
    const range: [number, number] = [selection.start.line, selection.end.line + 1];
    const title = `Line ${range[0] + 1}`;
    return traced(document.uri, { title, range, line: range[0], messages: [{ role: "user", content: text }] });
  }

  /** A question of a dataset. The questions of a file are one prompt to lists; their text tells them apart. @param instructions messages that stand before each question */
  ofQuestion(
    uri: vscode.Uri,
    index: number,
    question: string,
    answer: string,
    instructions: readonly Message[] = [],
  ): TracedPrompt {
    const messages: Message[] = [...instructions, { role: "user", content: question }];
    return traced(uri, { title: "", range: [index, index + 1], line: index, messages, gold: answer });
  }

  /** The same prompt with values for its inputs, or with a task; undefined where the file has lost it meanwhile. */
  async with(prompt: TracedPrompt, given: Pick<PromptContext, "inputs" | "task">): Promise<TracedPrompt | undefined> {
    const document = await vscode.workspace.openTextDocument(prompt.uri);
    const { prompts } = await this.read(document, given);
    return prompts.find(({ line }) => line === prompt.line);
  }

  /** The prompt of a trace, as it was when it ran. */
  ofHeader({ prompt, messages, gold }: RunHeader): TracedPrompt {
    const uri = prompt.uri === undefined ? vscode.Uri.parse("untitled:prompt") : vscode.Uri.parse(prompt.uri);
    const range = prompt.range ?? [0, 1];
    return {
      key: promptKey(prompt),
      uri,
      name: prompt.title || path.posix.basename(uri.path),
      line: range[0],
      messages,
      gold,
      options: {},
      seed: undefined,
      inputs: [],
      needsTask: false,
      reference: { ...prompt, range },
    };
  }

  private parse(document: vscode.TextDocument): Promise<Parsed> {
    const known = this.parsed.get(document);
    if (known && this.versions.get(document) === document.version) return known;
    const parsing = this.isTraceable(document) ? this.read(document) : Promise.resolve(NOTHING);
    // What failed once may work the next time.
    parsing.catch(() => this.parsed.delete(document));
    this.parsed.set(document, parsing);
    this.versions.set(document, document.version);
    return parsing;
  }

  private async read(
    document: vscode.TextDocument,
    given: Pick<PromptContext, "inputs" | "task"> = {},
  ): Promise<Parsed> {
    const fileName = path.posix.basename(document.uri.path);
    const context = { variables: variablesOf(document.uri), ...given };
    try {
      const file = await this.background.run(
        "parsePrompts",
        { fileName, text: document.getText(), context },
        { deadlineMs: READING_DEADLINE_MS, name: fileName },
      );
      return parsedOf(document, file);
    } catch (error) {
      return { prompts: [], problems: [diagnostic(document, 0, sentenceOf(toErrorShape(error)), Warning)] };
    }
  }
}

const { Warning, Information } = vscode.DiagnosticSeverity;

function diagnostic(
  document: vscode.TextDocument,
  line: number,
  message: string,
  severity: vscode.DiagnosticSeverity,
): vscode.Diagnostic {
  const shown = document.lineAt(Math.max(0, Math.min(line, document.lineCount - 1))).range;
  return Object.assign(new vscode.Diagnostic(shown, message, severity), { source: "Thoughtlens" });
}

function parsedOf(document: vscode.TextDocument, { prompts, problems }: PromptFile): Parsed {
  const seen = new Map<string, number>();
  return {
    prompts: prompts.map((prompt) => {
      const count = (seen.get(prompt.title) ?? 0) + 1;
      seen.set(prompt.title, count);
      return ofFile(document.uri, prompt, count === 1 ? prompt.title : `${prompt.title} (${count})`);
    }),
    problems: [
      ...problems.map(({ line, message, action }) =>
        diagnostic(document, line, `${inWords(message)} ${inWords(action)}`, Warning),
      ),
      ...prompts.flatMap(({ headingLine, warnings }) =>
        warnings.map((warning) => diagnostic(document, headingLine, inWords(warning), Information)),
      ),
    ],
  };
}

/** The variables of VS Code's prompt files. */
function variablesOf(uri: vscode.Uri): Record<string, string> {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  return {
    file: uri.fsPath,
    fileBasename: path.basename(uri.fsPath),
    fileBasenameNoExtension: path.basename(uri.fsPath).split(".", 1)[0]!,
    fileDirname: path.dirname(uri.fsPath),
    ...(folder ? { workspaceFolder: folder.uri.fsPath, workspaceFolderBasename: folder.name } : {}),
  };
}

function ofFile(uri: vscode.Uri, prompt: Prompt, title: string): TracedPrompt {
  const { range, headingLine, messages, expected, parameters, inputs, needsTask } = prompt;
  const { seed, ...options } = parameters;
  return traced(uri, { title, range, line: headingLine, messages, gold: expected, options, seed, inputs, needsTask });
}

interface Section {
  title: string;
  range: readonly [number, number];
  line: number;
  messages: readonly Message[];
  gold?: string | undefined;
  options?: object;
  seed?: number | undefined;
  inputs?: readonly PromptInput[];
  needsTask?: boolean | undefined;
}

function traced(uri: vscode.Uri, section: Section): TracedPrompt {
  const { title, line, messages, gold, options, seed, inputs = [], needsTask = false } = section;
  const range: [number, number] = [...section.range];
  const sha256 = createHash("sha256").update(JSON.stringify(messages)).digest("hex");
  const reference = { uri: uri.toString(), range, title, sha256 };
  const name = title || path.posix.basename(uri.path);
  return {
    key: promptKey(reference),
    uri,
    name,
    line,
    messages,
    gold,
    options: { ...options },
    seed,
    inputs,
    needsTask,
    reference,
  };
}
