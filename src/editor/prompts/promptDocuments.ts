/** The prompts of open documents: parsed once a version, with the file's problems. */
import path from "node:path";
import * as vscode from "vscode";
import type { Background } from "../../background/background";
import type { PromptContext, PromptFile } from "../../core/prompt/prompt";
import { mayHoldPrompts } from "../../core/prompt/promptWords";
import { ActionableError, sentenceOf, toErrorShape } from "../../core/protocol/rpc";
import { inWords, l10n } from "../../core/text/l10n";
import type { Message } from "../../core/trace/trace";
import {
  DATA_LANGUAGES,
  INSTRUCTION_LANGUAGES,
  INSTRUCTIONS,
  PROMPT_LANGUAGES,
  PROMPT_PATTERNS,
  promptFileKind,
  promptFileName,
  type PromptFileKind,
} from "./promptFiles";
import { filledIn, promptsOfFile, type TracedPrompt } from "./tracedPrompt";

interface Parsed {
  readonly prompts: readonly TracedPrompt[];
  readonly problems: readonly vscode.Diagnostic[];
}

/** Milliseconds after which the reading of one file is given up. */
const READING_DEADLINE_MS = 5000;
const NOTHING: Parsed = { prompts: [], problems: [] };

export class PromptDocuments {
  /** Documents whose prompts may get a CodeLens. */
  readonly selector: vscode.DocumentSelector = [
    ...PROMPT_PATTERNS.map((pattern) => ({ pattern })),
    ...[...PROMPT_LANGUAGES, "markdown", ...INSTRUCTION_LANGUAGES, ...DATA_LANGUAGES].map((language) => ({ language })),
  ];
  /** @param background where files are read: a template may loop for ever */
  constructor(private readonly background: Background) {}

  private readonly parsed = new WeakMap<vscode.TextDocument, Promise<Parsed>>();
  private readonly versions = new WeakMap<vscode.TextDocument, number>();

  /** @returns undefined where nothing of a document can be run */
  kindOf(document: vscode.TextDocument): PromptFileKind | undefined {
    const filters = INSTRUCTIONS.map((pattern) => ({ pattern }));
    const instructs = vscode.languages.match(filters, document) > 0;
    return promptFileKind(document.uri.path, document.languageId, instructs);
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

  /** The same prompt with values for its inputs, or with a task; undefined where the file has lost it meanwhile. */
  async with(prompt: TracedPrompt, given: Pick<PromptContext, "inputs" | "task">): Promise<TracedPrompt | undefined> {
    const document = await vscode.workspace.openTextDocument(prompt.uri);
    const place = (await this.of(document))
      .filter(({ line }) => line === prompt.line)
      .findIndex(({ key }) => key === prompt.key);
    const { prompts } = await this.read(document, given);
    const filled = prompts.filter(({ line }) => line === prompt.line)[Math.max(0, place)];
    return filled && filledIn(prompt, filled);
  }

  private parse(document: vscode.TextDocument): Promise<Parsed> {
    const known = this.parsed.get(document);
    if (known && this.versions.get(document) === document.version) return known;
    const parsing = this.read(document);
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
    const kind = this.kindOf(document);
    const text = document.getText();
    if (kind === undefined || (kind === "data" && !mayHoldPrompts(text, false))) return NOTHING;
    const fileName = promptFileName(document.uri.path, document.languageId);
    const context = { variables: variablesOf(document.uri), ...given };
    try {
      const file = await this.background.run(
        kind === "data" ? "parseData" : "parsePrompts",
        { fileName, text, context },
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
  return {
    prompts: promptsOfFile(document.uri, prompts),
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
