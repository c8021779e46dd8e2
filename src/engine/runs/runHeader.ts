/** The first event of a run: on what terms it is made, as far as its figures depend on them. */
import type { RunRequest } from "../../core/protocol/engineApi";
import type { RunThinking } from "../../core/text/thinkFacts";
import { TRACE_VERSION, type Branch, type EventOf, type Instruction, type RunHeader } from "../../core/trace/trace";
import type { Backend } from "../decoding/model";

interface RunTerms {
  strategy: string;
  options: Record<string, unknown>;
  thinking: RunThinking;
  instruction: Instruction | undefined;
  seed: number;
  /** The run that it begins inside of, or whose text it reads again. */
  branch: Branch | undefined;
  scored: RunHeader["scored"];
}

/** The header of a run that begins now. */
export function headerOf(
  { facts, preset: { preset } }: Backend,
  request: RunRequest,
  { strategy, options, thinking, instruction, seed, branch, scored }: RunTerms,
): EventOf<"run"> {
  return {
    t: "run",
    v: TRACE_VERSION,
    id: request.id,
    strategy,
    options,
    model: {
      id: facts.id,
      provider: facts.provider,
      threads: facts.threads,
      ...(facts.sha256 === undefined ? {} : { sha256: facts.sha256 }),
      ...(facts.dtype === undefined ? {} : { dtype: facts.dtype }),
      ...(facts.accuracyLevel === undefined ? {} : { accuracyLevel: facts.accuracyLevel }),
    },
    think: thinkHeader(thinking),
    ...(instruction ? { instruction } : {}),
    ...(preset ? { preset: preset.id } : {}),
    prompt: request.prompt ?? {},
    messages: [...request.messages],
    ...(request.gold === undefined ? {} : { gold: request.gold }),
    seed,
    started: new Date().toISOString(),
    ...(request.group === undefined ? {} : { group: request.group }),
    ...(request.sample === undefined ? {} : { sample: request.sample }),
    ...(branch ? { branch } : {}),
    ...(scored ? { scored } : {}),
  };
}

function thinkHeader({ format, from, opening, variables }: RunThinking): NonNullable<RunHeader["think"]> {
  const marks = format.opener === "" ? {} : { opener: format.opener, closer: format.closer };
  const given = Object.keys(variables).length > 0 ? { variables: { ...variables } } : {};
  return { format: format.id, ...marks, from, opening, ...given };
}
