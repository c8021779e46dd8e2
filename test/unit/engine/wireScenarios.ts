/** What is run over a completion server, real or replayed, and what came of it. */
import path from "node:path";
import type { EngineNotifications, ModelInfo } from "../../../src/core/protocol/engineApi";
import { fold, type Trace } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { Engine } from "../../../src/engine/engine";

export interface Scenario {
  name: string;
  /** Undefined: only the server's capabilities are asked for. */
  strategy?: string;
  options?: Record<string, unknown>;
  /** The path that is used; by default the one that the engine prefers. */
  api?: "chat" | "completions";
  /** The server whose template opens thinking, in place of the usual one. */
  reasoning?: true;
  /** Cancelled once so many tokens stand. */
  cancelAfter?: number;
}

export interface Played {
  info: ModelInfo;
  trace: Trace | undefined;
  events: TraceEvent[];
}

const MOST = 40;

/** Words that sentences begin with, so that any model comes by one. */
const WORDS = ["Mia", "She", "The", "To", "So", "If", "We"];
/** The first check is believed, whatever it says. */
const STOPPING = { transitions: WORDS, maxChecks: 1, trialTokens: 10, threshold: 0 };

export const SCENARIOS: readonly Scenario[] = [
  { name: "capabilities" },
  { name: "chain-of-thought", strategy: "chain-of-thought" },
  { name: "chain-of-thought-chat", strategy: "chain-of-thought", api: "chat" },
  { name: "chain-of-draft", strategy: "chain-of-draft", options: { shots: 1 } },
  { name: "sketch-of-thought", strategy: "sketch-of-thought", options: { shots: 1, router: "bundled" } },
  {
    name: "inftythink",
    strategy: "inftythink",
    options: { roundTokens: 20, summaryTokens: 20, maxRounds: 2 },
  },
  { name: "deer", strategy: "deer", options: { checkAt: "line", maxChecks: 2, trialTokens: 10 } },
  { name: "deer-chat", strategy: "deer", api: "chat", options: { checkAt: "line", maxChecks: 2, trialTokens: 10 } },
  {
    name: "deer-words",
    strategy: "deer",
    options: { transitions: WORDS, maxChecks: 2, trialTokens: 10 },
  },
  { name: "budget", strategy: "budget", options: { tokens: 16, extensions: 1 } },
  { name: "capabilities-reasoning", reasoning: true },
  { name: "deer-reasoning", reasoning: true, strategy: "deer", options: STOPPING },
  { name: "deer-reasoning-chat", reasoning: true, strategy: "deer", api: "chat", options: STOPPING },
  { name: "budget-reasoning", reasoning: true, strategy: "budget", options: { tokens: 16, extensions: 0 } },
  { name: "no-thinking-reasoning", reasoning: true, strategy: "no-thinking" },
  { name: "cancelled", strategy: "chain-of-thought", options: { maxTokens: 400 }, cancelAfter: 8 },
];

const QUESTION = "Mia has 12 apples and gives 3 of them to her brother. How many apples does she have now?";

/** Runs a scenario on the server at `url`, with an engine of its own. */
export async function play(url: string, scenario: Scenario): Promise<Played> {
  const { name, strategy, options, api, cancelAfter = Infinity } = scenario;
  const events: TraceEvent[] = [];
  const cancel = new AbortController();
  const engine = new Engine({
    pocketFolder: path.resolve("models/pocket"),
    notify: (kind, params) => {
      if (kind !== "events") return;
      events.push(...(params as EngineNotifications["events"]).events);
      const tokens = events.reduce((sum, event) => sum + (event.t === "tokens" ? event.text.length : 0), 0);
      if (tokens >= cancelAfter) cancel.abort();
    },
  });
  const model = { kind: "server", url, ...(api ? { api } : {}) } as const;
  const info = await engine.loadModel({ model });
  if (strategy === undefined) return { info, trace: undefined, events };
  const request = {
    ...{ id: name, model, strategy },
    options: { maxTokens: MOST, ...options },
    messages: [{ role: "user" as const, content: QUESTION }],
    gold: "9",
  };
  await engine.run(request, { signal: cancel.signal });
  return { info, trace: fold(events), events };
}

/** What a replay has to come to as well. Where a cancel acts is a matter of time, so of that only the reason counts. */
export function outcome({ cancelAfter }: Scenario, { info, trace }: Played): unknown {
  const { capabilities, contextLength, id } = info;
  const has = capabilities.filter((row) => row.has).map((row) => row.capability);
  const server = { id, contextLength: contextLength ?? null, has };
  if (!trace) return { server };
  if (cancelAfter !== undefined) return { server, exit: trace.exit?.why ?? null };
  return {
    server,
    exit: trace.exit?.why ?? null,
    answer: trace.end?.answer ?? null,
    rounds: trace.rounds.length,
    text: trace.positions.map(({ text }) => text).join(""),
    positions: trace.positions.length,
    checks: trace.checks.map(({ answer, signals }) => ({
      answer: answer ?? null,
      confidence: signals?.["confidence"] ?? null,
    })),
  };
}
