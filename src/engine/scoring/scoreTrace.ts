/**
 * Scoring: a local model reads a trace that is there already, as somebody else's reasoning, and says at every token how
 * likely it found it, and at every checkpoint what each exit rule would have read there, as a survey does of a run. The result
 * is a trace like any other, so that every view shows where this reasoning could have stopped, by which rule.
 */
import { fold, type Trace } from "../../core/trace/fold";
import type { RunResult, ScoreRequest } from "../../core/protocol/engineApi";
import { runText } from "../../core/formats/exports/runText";
import { ActionableError } from "../../core/protocol/rpc";
import type { TraceEvent } from "../../core/trace/trace";
import type { LanguageModel } from "../decoding/model";
import { runStrategy } from "../runs/runStrategy";
import { SCORED } from "../../core/catalogue";
import { findStrategy } from "../strategies";
import { KnownOutline } from "./knownOutline";
import { promptAsRead } from "./promptAsRead";
import { readTokens } from "./readTokens";
import { scoring } from "./scoring";
import { writtenText } from "./writtenText";
import type { Sentence } from "../../core/text/l10n";

interface ScoreSurroundings {
  emit: (events: TraceEvent[]) => void;
  /** @param fraction of the reading that is done, 0 to 1 */
  progress: (message: Sentence, fraction: number) => void;
  signal: AbortSignal;
}

/** No text needs more characters to fill a context: tokens are shorter on the average. */
const CHARACTERS_PER_TOKEN = 16;

/**
 * Reads the trace of `request` through `model` and emits a new one; a cancel ends it with its reason. A trace that is
 * longer than the context is scored as far as it fits, and says so.
 * @throws ActionableError `score-no-header`, `score-again`, `score-no-thinking`, `context-full` where not even the prompt
 * fits, and those of `runStrategy`
 */
export async function scoreTrace(
  model: LanguageModel,
  request: ScoreRequest,
  { emit, progress, signal }: ScoreSurroundings,
): Promise<RunResult> {
  const original = fold(request.events);
  const header = checked(original);
  const isForeign = header.source !== undefined || !findStrategy(header.strategy);
  const prompt = promptAsRead(original, isForeign);
  const written = writtenText(original, { isForeign, reader: model.thinking });
  const { sha256, contextLength } = model.facts;
  const { tokens, characters } = readTokens(written, model.tokenizer, {
    most: contextLength * CHARACTERS_PER_TOKEN,
    sameModel: sha256 !== undefined && sha256 === header.model.sha256,
  });
  const outline = new KnownOutline(tokens, written.spans);
  return runStrategy({
    backend: model,
    strategy: scoring({ original, prompt, written, tokens, characters, outline }, progress),
    scored: {
      outline,
      instruction: header.instruction,
      run: {
        run: header.id,
        strategy: header.strategy,
        model: header.model.id,
        ...(header.source ? { source: header.source } : {}),
      },
    },
    request: {
      id: request.id,
      model: request.model,
      strategy: SCORED,
      options: request.options ?? {},
      messages: header.messages,
      prompt: header.prompt,
      ...(header.gold === undefined ? {} : { gold: header.gold }),
    },
    route: () => Promise.reject(new Error("Scoring routes nothing.")),
    emit,
    signal,
  });
}

function checked(trace: Trace): NonNullable<Trace["header"]> {
  const { header } = trace;
  if (!header) {
    throw new ActionableError(
      "score-no-header",
      "The trace has no header, so its prompt is lost.",
      "Choose another one.",
    );
  }
  if (header.scored) {
    throw new ActionableError("score-again", "This trace is a scored one.", "Score the run that it was made from.");
  }
  if (runText(trace).thinking === "") {
    throw new ActionableError(
      "score-no-thinking",
      "The trace holds no thinking that could be scored.",
      "Choose a run whose reasoning was recorded as text.",
    );
  }
  return header;
}
