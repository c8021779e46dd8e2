/** The prompt of a server's run: as messages or as the text of a completion, and how many tokens it is found to have. */
import { conversationText } from "../../../core/prompt/conversation";
import type { Message } from "../../../core/trace/trace";
import type { DecoderOptions } from "../../decoding/decoderOptions";
import type { Recorder } from "../../decoding/recorder";
import type { ServerFacts } from "./serverDiscovery";
import { wordTokens } from "./serverTemplate";
import type { ServerTokens } from "./serverTokens";
import { UnreadPrompt } from "./unreadPrompt";

export class ServerPrompt {
  messages: readonly Message[] = [];
  /** The conversation as text, where the server is asked for completions. */
  text: string | undefined;
  /** Zero until the server has said it, where nobody needs to know before. */
  tokens = 0;
  /** The prompt while it is not in the trace: the server has not read it, or not said how long it was. */
  unread: UnreadPrompt | undefined;

  constructor(
    private readonly facts: ServerFacts,
    private readonly recorder: Recorder,
    private readonly tokenizer: ServerTokens,
    private readonly options: Pick<DecoderOptions, "signal" | "contextTokens" | "thinking" | "conversation">,
  ) {}

  /** Takes the place of the prompt before, which is recorded. */
  async begin(messages: readonly Message[]): Promise<void> {
    await this.tell();
    this.messages = messages;
    const { api, continuation } = this.facts;
    const isText = api === "completions" || continuation?.way === "completion";
    this.text = isText ? await this.written() : undefined;
    // The first answer says how long the prompt was; where the context is limited, that would be too late.
    const tokens = this.options.contextTokens === undefined ? undefined : await this.count();
    this.tokens = tokens ?? 0;
    this.unread = new UnreadPrompt(this.recorder, tokens);
  }

  /** Records the prompt, once something of its answer came; an answer that is left early leaves that to a later one. */
  async tell(): Promise<void> {
    if (this.unread?.wasRead) this.record(this.unread.tokens ?? (await this.count()));
  }

  /** Records it at the end of a run: no answer came to its end, and there is no time left to ask. */
  close(): void {
    if (this.unread?.wasRead) this.record(this.unread.tokens ?? wordTokens(this.asText).length);
  }

  private record(tokens: number): void {
    this.unread!.record(tokens);
    this.unread = undefined;
    this.tokens = tokens;
  }

  private count(): Promise<number> {
    return this.tokenizer.count(this.asText);
  }

  private get asText(): string {
    return this.text ?? this.messages.map(({ content }) => content).join("\n");
  }

  private async written(): Promise<string> {
    const { signal, thinking, conversation = "template" } = this.options;
    if (conversation !== "template") return conversationText(conversation, this.messages);
    const text = await this.facts.template?.(this.messages, signal, thinking?.variables);
    return text ?? conversationText("turns", this.messages);
  }
}
