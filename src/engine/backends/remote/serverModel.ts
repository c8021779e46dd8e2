/** A model behind a completion server, as runs and the catalogue see it. */
import type { Capability, CapabilityRow } from "../../../core/protocol/engineApi";
import type { Opening, RunThinking, TemplateVariables, ThinkFacts } from "../../../core/text/thinkFacts";
import type { ThinkFormat } from "../../../core/text/thinkFormat";
import { CONVERSATIONS, type Conversation } from "../../../core/prompt/conversation";
import { presetOf, type ModelPreset } from "../../../core/prompt/presets";
import type { Message } from "../../../core/trace/trace";
import { Watch } from "../../net/watch";
import { openingOfPrompt } from "../../tokens/thinking";
import type { Backend, MethodManifest, ModelFacts } from "../../decoding/model";
import type { Recorder } from "../../decoding/recorder";
import type { Decoder } from "../../decoding/decoder";
import type { DecoderOptions } from "../../decoding/decoderOptions";
import { hasCapability } from "../hasCapability";
import type { ServerClient } from "./serverClient";
import type { ServerFacts } from "./serverDiscovery";
import type { Continuation } from "./serverDialect";
import { continues, discoverServer } from "./serverDiscovery";
import { serverDecoder } from "./branchServerDecoder";
import { l10n, type Sentence } from "../../../core/text/l10n";

export class ServerModel implements Backend {
  readonly facts: ModelFacts;
  readonly capabilities: readonly CapabilityRow[];
  readonly cache = [];
  readonly manifest: MethodManifest = { methods: {} };
  readonly notes: readonly string[] = [];
  readonly bytes = 0;
  readonly local = undefined;

  private constructor(
    private readonly client: ServerClient,
    private readonly server: ServerFacts,
    loadMs: number,
  ) {
    this.facts = {
      id: server.model,
      name: `${server.model} at ${client.host}`,
      sha256: undefined,
      dtype: undefined,
      provider: server.kind,
      threads: 0,
      accuracyLevel: undefined,
      hiddenSize: undefined,
      vocabularySize: 0,
      contextLength: server.contextLength ?? Infinity,
      loadMs,
    };
    this.capabilities = capabilityRows(server);
  }

  get thinking(): ThinkFacts {
    return this.server.thinking;
  }

  /** A chat is written out by the server. */
  get hasTemplate(): boolean {
    return this.server.api === "chat" || this.server.template !== undefined;
  }

  get conversations(): readonly Conversation[] {
    return this.server.api === "chat" ? ["template"] : CONVERSATIONS;
  }

  get preset(): ModelPreset {
    const { thinking, prompt } = this.server;
    return presetOf({ types: [], prompt, generation: {} }, thinking);
  }

  async thinkingWith(wanted: TemplateVariables, named?: ThinkFormat): Promise<RunThinking> {
    const { switches, from, ...facts } = this.thinking;
    const format = named ?? facts.format;
    const notes = [...facts.notes];
    const variables: Record<string, string | number | boolean> = {};
    for (const [name, value] of Object.entries(wanted)) {
      const known = switches.find((each) => each.name === name);
      if (from !== "server" && !known) {
        notes.push(`The model's chat template does not heed ${name}: it was left out.`);
        continue;
      }
      if (known?.kind === "effort" && !known.values.includes(value)) {
        notes.push(
          `The server does not know ${name}=${String(value)}, only ${known.values.join(", ")}: it was left out.`,
        );
        continue;
      }
      if (!known) notes.push(`The server does not say whether it heeds ${name}.`);
      variables[name] = value;
    }
    const opening =
      Object.keys(variables).length === 0 && !named ? facts.opening : await this.openingWith(variables, format);
    return { format, from: named ? "option" : from, opening, variables, notes };
  }

  private async openingWith(variables: TemplateVariables, format: ThinkFormat): Promise<Opening> {
    const { template, thinking } = this.server;
    if (!template) return thinking.opening;
    const question: Message = { role: "user", content: "How many are 1 and 1?" };
    const prompt = await template([question], new AbortController().signal, variables);
    return openingOfPrompt(prompt, question.content, format);
  }

  /** A server of which all is known beforehand. */
  static of(client: ServerClient, server: ServerFacts): ServerModel {
    return new ServerModel(client, server, 0);
  }

  /** Asks the server what it is and can do. @throws ActionableError of `discoverServer` */
  static async connect(
    client: ServerClient,
    wanted: Parameters<typeof discoverServer>[1],
    signal: AbortSignal,
  ): Promise<ServerModel> {
    const started = performance.now();
    // It is asked some thirty things, and each of them may take its time.
    const longest = Math.max(client.limits.alive, client.limits.first);
    const watch = new Watch(longest, longest);
    try {
      const server = await discoverServer(client, wanted, AbortSignal.any([signal, watch.signal]));
      return new ServerModel(client, server, performance.now() - started);
    } catch (error) {
      signal.throwIfAborted();
      throw watch.signal.aborted ? client.cutShort(error) : error;
    } finally {
      watch.end();
    }
  }

  has(capability: Capability): boolean {
    return hasCapability(this.capabilities, capability);
  }

  decoder(recorder: Recorder, options: DecoderOptions): Decoder {
    return serverDecoder(this.client, this.server, recorder, options);
  }

  /** A server goes on by itself: there is nothing to be released. */
  async dispose(): Promise<void> {}
}

const WAYS: Readonly<Record<Exclude<Continuation, "completion">, Sentence>> = {
  "last-turn": l10n.later`by itself`,
  fields: l10n.later`by continue_final_message and add_generation_prompt=false`,
  prefix: l10n.later`by prefix=true in that turn`,
};

/** How the model is made to go on from a given beginning of its answer, or why it is not. */
function continuing({ kind, api, continuation }: ServerFacts): Sentence {
  if (api === "completions") return l10n.later`The server completes text.`;
  if (continuation?.way === "completion")
    return l10n.later`A chat on ${kind} changes a beginning of an answer that it is given, so its prompt is completed as text.`;
  if (continuation)
    return l10n.later`A chat on ${kind} goes on with the assistant's last turn ${WAYS[continuation.way]}.`;
  return l10n.later`The server chats, and does not go on from a given beginning of an answer, or not with the thoughts in it.`;
}

function capabilityRows(server: ServerFacts): CapabilityRow[] {
  const { logprobs } = server;
  const inside = l10n.later`The model runs on a server, whose protocol shows text and log-probabilities only.`;
  return [
    ...(["logits", "hidden-states", "soft-tokens", "cache-rewind", "cache-evict", "attention-mask"] as const).map(
      (capability): CapabilityRow => ({ capability, has: false, reason: inside }),
    ),
    {
      capability: "logprobs-only",
      has: logprobs,
      reason: logprobs
        ? l10n.later`Asked for one token, the server gave its log-probability.`
        : l10n.later`Asked for one token, the server gave no log-probability.`,
    },
    {
      capability: "prefix-continuation",
      has: continues(server),
      reason: continuing(server),
    },
  ];
}
