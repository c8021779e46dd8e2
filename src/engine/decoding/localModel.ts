/** What only a model in this process can do, and what a person is told who asks a server for it. */
import { ActionableError } from "../../core/protocol/rpc";
import type { Backend, LanguageModel } from "./model";

const REASONS = {
  score: {
    code: "score-needs-local-model",
    message: "A server gives no log-probabilities for text that it did not write.",
    action: "Choose a local model.",
  },
  probe: {
    code: "probe-needs-local-model",
    message: "A probe reads hidden states, which no server shows.",
    action: "Choose a local model.",
  },
  projection: {
    code: "needs-local-model",
    message: "A server shows no embeddings.",
    action: "Choose the local model of this trace.",
  },
  strategy: {
    code: "needs-local-model",
    message: "This strategy looks into the model, which no server shows.",
    action: "Choose a local model.",
  },
} as const;

export type LocalPurpose = keyof typeof REASONS;

/** The error of asking a model that runs elsewhere. */
export function needsLocalModel(purpose: LocalPurpose): ActionableError {
  const { code, message, action } = REASONS[purpose];
  return new ActionableError(code, message, action);
}

/** @throws ActionableError of `needsLocalModel` where the model runs elsewhere */
export function localModel({ local }: Backend, purpose: LocalPurpose): LanguageModel {
  if (local) return local;
  throw needsLocalModel(purpose);
}
