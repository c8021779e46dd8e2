/** What was copied from a terminal in which a person talked with a model: Ollama's, llama.cpp's and mlx-lm's. */
import type { Message } from "../../trace/trace";

/** What was asked before the last reply, and that reply. */
export interface TerminalText {
  messages: Message[];
  reply: string;
  promptTokens?: number;
}

/** Colours and movements of the cursor. */
// eslint-disable-next-line no-control-regex
const CONTROL = /\u001b\[[0-9;?]{0,20}[A-Za-z]/g;
/** What turns while somebody waits. */
const SPINNER = /[\u2800-\u28ff] ?/g;

/** A text without what only a terminal obeys. */
export const withoutControl = (text: string): string =>
  text.includes("\u001b[") ? text.replace(CONTROL, "").replace(SPINNER, "") : text;

const OLLAMA = /^\s*(?:(?:[$%#❯][ \t]?)?ollama run |>>> )/;
const OLLAMA_FIGURES = /^(?:total|load|prompt eval|eval) (?:duration|count|rate):/;
const LLAMA_FIGURES = /^\[ Prompt: [^\]\n]{1,60} t\/s [^\]\n]{0,80}\]\s*$/;
const MLX = /^\s*={10}\n([^]*?)\n={10}\nPrompt: (\d+) tokens\b/;

/** The text of a terminal, where it is one; its line breaks are single ones. */
export function terminalText(text: string): TerminalText | undefined {
  if (OLLAMA.test(text)) return ollama(text.split("\n"));
  if (/^\[Start thinking\]/m.test(text) && /^> \S/m.test(text)) return llamaCli(text.split("\n"));
  const [, reply, tokens] = MLX.exec(text) ?? [];
  return reply === undefined ? undefined : { messages: [], reply, promptTokens: Number(tokens) };
}

/** Questions and replies in turn. */
class Talk {
  private readonly messages: Message[] = [];
  private lines: string[] = [];

  ask(question: string): void {
    this.settle();
    if (question.trim() !== "") this.messages.push({ role: "user", content: question.trim() });
  }

  /** One more line of what was asked last. */
  goOn(line: string): void {
    const last = this.messages.at(-1);
    if (last?.role === "user") last.content += `\n${line}`;
  }

  take(line: string): void {
    this.lines.push(line);
  }

  get isAnswering(): boolean {
    return this.lines.some((line) => line.trim() !== "");
  }

  private settle(): void {
    const content = this.lines.join("\n").trim();
    if (content !== "") this.messages.push({ role: "assistant", content });
    this.lines = [];
  }

  end(): TerminalText {
    this.settle();
    const last = this.messages.findLastIndex(({ role }) => role === "assistant");
    return { messages: this.messages.slice(0, Math.max(0, last)), reply: this.messages[last]?.content ?? "" };
  }
}

function ollama(lines: readonly string[]): TerminalText {
  const talk = new Talk();
  let promptTokens: number | undefined;
  for (const line of lines) {
    const [, command] = /^(?:[$%#❯][ \t]?)?ollama run (.*)$/.exec(line.trimStart()) ?? [];
    const question = line.startsWith(">>>") ? line.slice(3).trim() : undefined;
    if (command !== undefined && !talk.isAnswering) talk.ask(quotedIn(command));
    else if (question !== undefined) {
      // What the prompt says while nothing was written yet, and commands to the program.
      if (!/^(?:Send a message\b|\/)/.test(question)) talk.ask(question.replace(/^"""|"""$/g, ""));
    } else if (/^\.\.\. /.test(line) && !talk.isAnswering) talk.goOn(line.slice(4).replace(/"""$/, ""));
    else if (OLLAMA_FIGURES.test(line)) promptTokens = counted(line) ?? promptTokens;
    else talk.take(line);
  }
  return { ...talk.end(), ...(promptTokens === undefined ? {} : { promptTokens }) };
}

/** What stands between quotation marks at the end of a command. */
function quotedIn(command: string): string {
  const written = command.trim();
  const from = written.search(/["']/);
  return from >= 0 && from < written.length - 1 && written.endsWith(written[from]!) ? written.slice(from + 1, -1) : "";
}

function counted(line: string): number | undefined {
  const [, count] = /^prompt eval count:\s*(\d+)/.exec(line) ?? [];
  return count === undefined ? undefined : Number(count);
}

function llamaCli(lines: readonly string[]): TerminalText {
  const talk = new Talk();
  // Before the first question stands the program's own banner; later ones follow the figures of a reply.
  let mayAsk = true;
  let hasBegun = false;
  for (const line of lines) {
    if (LLAMA_FIGURES.test(line)) mayAsk = true;
    else if (mayAsk && /^>(?: |$)/.test(line)) {
      talk.ask(line.slice(1));
      hasBegun = true;
      mayAsk = line.trim() === ">";
    } else if (hasBegun && line.trim() !== "Exiting...") talk.take(line);
  }
  return talk.end();
}
