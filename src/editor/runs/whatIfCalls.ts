/** The model in use as questions of “what if” ask it: branches and runs of the engine that nobody keeps. */
import { randomUUID } from "node:crypto";
import type { EngineNotifications, ModelReference } from "../../core/protocol/engineApi";
import type { CallContext } from "../../core/protocol/rpc";
import type { WhatIfEngine } from "../../core/whatIf/whatIfEngine";
import { fold, type Trace } from "../../core/trace/fold";
import type { TraceEvent } from "../../core/trace/trace";
import { vectorFromBase64 } from "../../core/trace/vector";
import type { EngineProcess } from "../host/engineProcess";

/** @param call Cancel of it ends what runs: it rejects with the signal's reason */
export function whatIfCalls(
  engine: EngineProcess,
  model: ModelReference,
  { signal, progress }: CallContext,
): WhatIfEngine {
  // How far one run is says nothing of the question.
  const call: CallContext = { signal, progress: (message) => progress(message) };
  const collected = async (start: (id: string) => Promise<unknown>): Promise<Trace> => {
    const id = randomUUID();
    const events: TraceEvent[] = [];
    const take = (told: EngineNotifications["events"]): void => {
      if (told.run === id) events.push(...told.events);
    };
    engine.on("events", take);
    try {
      await start(id);
    } finally {
      engine.off("events", take);
    }
    signal.throwIfAborted();
    return fold(events);
  };
  return {
    branch: (order) => collected((id) => engine.call("branch", { ...order, id, model, together: true }, call)),
    run: (order) => collected((id) => engine.call("run", { ...order, id, model, together: true }, call)),
    meanings: async (texts) => {
      const { vectors } = await engine.call("meanings", { model, texts: [...texts] }, call);
      return texts.map((_, index) => (vectors?.[index] ? vectorFromBase64(vectors[index]) : undefined));
    },
  };
}
