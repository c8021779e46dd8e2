/** What is said of a model that was opened. */
import type { ModelInfo } from "../../core/protocol/engineApi";
import { advisedSampling, samplingWords } from "../../core/prompt/presets";
import type { Backend } from "../decoding/model";
import { strategyRows } from "../strategies";

/** @param licence as the card of the model states it */
export function modelInfo(backend: Backend, licence: string | undefined): ModelInfo {
  const { facts, capabilities, bytes, thinking, cache, preset } = backend;
  const { id, name, sha256, dtype, hiddenSize, vocabularySize, contextLength, threads, loadMs } = facts;
  return {
    ...{ id, name, sha256, dtype, hiddenSize, threads, loadMs },
    vocabularySize: vocabularySize || undefined,
    contextLength: Number.isFinite(contextLength) ? contextLength : undefined,
    bytes: bytes || undefined,
    licence,
    thinking,
    preset: adviceOf(preset),
    cache: [...cache],
    capabilities: [...capabilities],
    strategies: strategyRows(backend),
  };
}

/** What a person is shown of the card of the model's family, and of its own files. */
function adviceOf(known: Backend["preset"]): ModelInfo["preset"] {
  const { preset } = known;
  const sampling = advisedSampling(known, false);
  if (!preset && !sampling) return undefined;
  return {
    family: preset?.name,
    words: preset?.words,
    sampling: sampling && samplingWords(sampling),
    beside: preset?.beside,
  };
}
