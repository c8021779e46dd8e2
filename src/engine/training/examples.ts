/**
 * What a probe learns from: the hidden state at every checkpoint of a chain of thought, and whether the answer tried
 * there is right. The model judges itself by trial answers, so that no second model is needed; a trial closes thinking
 * as an exit would, because a model that is asked in the middle of thinking may know what it then does not say.
 */
import * as z from "zod";
import { earlyExitOptions, thinkWithChecks, type ProbedUnit } from "../thinking/earlyExit";
import { stepByStep, strategy, type Strategy } from "../strategies/strategy";
import { stoppingInducer } from "../thinking/think";
import { ThinkProgress } from "../thinking/thinkProgress";
import { tryAnswer } from "../thinking/trial";

/** One checkpoint. */
export interface ProbeExample {
  /** [hidden], after the final norm. */
  state: Float32Array;
  /** Whether the trial answer was right. */
  right: boolean;
  /** Share of the thinking that was done by then is worked out later; this is the offset on the axis without trials. */
  at: number;
}

/** The checkpoints of one question, in order, and how the whole chain of thought ended. */
export interface ProbeQuestion {
  examples: ProbeExample[];
  /** Thinking tokens of the whole chain. */
  thinking: number;
  correct: boolean;
}

/** A strategy that thinks to its own end and hands every checkpoint to `take`. */
export function collectingStrategy(
  checkAt: ProbedUnit,
  take: (example: ProbeExample) => void,
): Strategy {
  return strategy({
    id: "probe-examples",
    name: "Examples for a probe",
    title: "Examples for a probe",
    summary: "Thinks to the end and tries an answer at every checkpoint.",
    needs: ["hidden-states", "cache-rewind"],
    stepKind: "step",
    thinks: "on",
    options: z.object({ ...earlyExitOptions }),
    words: stepByStep,
    run(context, options) {
      const decoder = context.localDecoder({ hidden: true });
      const progress = new ThinkProgress(context.thinking, decoder);
      let trials = 0;
      /** Of the last checkpoint; undefined where its answer cannot be compared, so that nothing is learned from it. */
      let last: ProbeExample | undefined;
      const read = async () => {
        const state = Float32Array.from(decoder.hidden!);
        const at = context.recorder.at - trials;
        const trial = await tryAnswer(context, decoder, { inducer: stoppingInducer(progress) });
        trials += trial.span[1] - trial.span[0];
        const { correct } = context.grade(trial.answer === undefined ? undefined : `\\boxed{${trial.answer}}`);
        // No answer is a wrong one.
        const right = trial.answer === undefined ? false : correct;
        last = right === undefined ? undefined : { state, right, at };
      };
      return thinkWithChecks(
        context,
        decoder,
        { ...options, checkAt, maxChecks: Number.MAX_SAFE_INTEGER },
        "probe",
        async () => {
          if (checkAt !== "chunk") await read();
          if (last) take(last);
          return false;
        },
        read,
      );
    },
  });
}
