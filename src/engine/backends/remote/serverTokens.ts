/** Given text as tokens: the server's own where it tokenizes, else words, which the trace says once. */
import type { Recorder } from "../../decoding/recorder";
import type { ServerFacts } from "./serverDiscovery";
import { wordTokens } from "./serverTemplate";

export class ServerTokens {
  private estimated = false;

  constructor(
    private readonly facts: ServerFacts,
    private readonly recorder: Recorder,
    private readonly signal: AbortSignal,
  ) {}

  async split(text: string): Promise<{ id: number | undefined; text: string }[]> {
    if (this.facts.tokenize) return this.facts.tokenize(text, this.signal);
    if (!this.estimated)
      this.recorder.note("info", "The server does not tokenize: text that was given is counted by words.");
    this.estimated = true;
    return wordTokens(text);
  }

  async count(text: string): Promise<number> {
    return (await this.split(text)).length;
  }
}
