/** A decoder on a completion server that begins with kept text, which its first request carries. */
import type { Message, TokenKind } from "../../../core/trace/trace";
import type { ChosenToken, Decoder, GenerateOptions, Generated } from "../../decoding/decoder";
import type { DecoderOptions } from "../../decoding/decoderOptions";
import { goOn, type KeptText, type KeptToken } from "../../decoding/keptText";
import type { Recorder } from "../../decoding/recorder";
import type { ServerClient } from "./serverClient";
import { ServerDecoder } from "./serverDecoder";
import type { ServerFacts } from "./serverDiscovery";

class BranchServerDecoder extends ServerDecoder {
  private readonly kept: KeptText;

  constructor(
    client: ServerClient,
    facts: ServerFacts,
    recorder: Recorder,
    options: DecoderOptions & { kept: KeptText },
  ) {
    super(client, facts, recorder, options);
    this.kept = options.kept;
  }

  override async prefill(messages: readonly Message[], prefix = ""): Promise<void> {
    if (this.kept.begin()) return super.prefill(messages, prefix);
    this.recorder.beginText();
    this.text = "";
    this.tokens = 0;
    this.chosenFrom = 0;
    if (prefix) await this.force(prefix);
  }

  override async force(text: string, kind: TokenKind = "forced"): Promise<void> {
    if (text === "" || this.kept.isOver) return super.force(text, kind);
    const given = this.kept.given(text);
    this.stand(given?.taken ?? this.kept.rest());
    await super.force(given?.left ?? text, kind);
  }

  override async accept(held: readonly ChosenToken[]): Promise<void> {
    if (this.kept.isOver) return super.accept(held);
    this.stand(this.kept.held(held.length));
  }

  override async generate(options: GenerateOptions): Promise<Generated> {
    if (options.aside) return super.generate(options);
    if (this.kept.isOver) {
      this.kept.finish();
      return super.generate(options);
    }
    // A server draws by itself: there are no random numbers to go on with.
    const { tokens, text, held, stoppedBy } = this.kept.follow(options, this.put, () => undefined);
    if (stoppedBy) return { text, tokens, held, stoppedBy };
    this.kept.finish();
    return goOn(options, { text, tokens }, (rest) => super.generate(rest));
  }

  private readonly put = (token: ChosenToken, kind: "text" | "forced"): void => {
    this.recorder.token({ ...token, kind });
    this.tokens += 1;
    this.givenSince += 1;
    this.text += token.text;
    if (kind === "forced") this.chosenFrom = this.text.length;
  };

  private stand(entries: readonly KeptToken[]): void {
    for (const entry of entries) this.kept.record(entry, this.put);
  }
}

/** A decoder on a server, which begins with what is kept where anything is. */
export function serverDecoder(
  client: ServerClient,
  facts: ServerFacts,
  recorder: Recorder,
  options: DecoderOptions,
): Decoder {
  const { kept } = options;
  return kept
    ? new BranchServerDecoder(client, facts, recorder, { ...options, kept })
    : new ServerDecoder(client, facts, recorder, options);
}
