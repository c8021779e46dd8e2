/** The registry: every strategy that can be run. A new one is a file beside this and a row here. */
import * as z from "zod";
import type { CapabilityRow, StrategyInfo, StrategyRow } from "../../core/protocol/engineApi";
import type { JsonSchema } from "../../core/trace/jsonSchema";
import { ActionableError, toErrorShape } from "../../core/protocol/rpc";
import type { Backend, MethodManifest } from "../decoding/model";
import { decodingOptions, manifestFault, parseOptions } from "../decoding/options";
import { noThinkFacts } from "../../core/text/thinkFacts";
import { NO_THINK_FORMAT } from "../../core/text/thinkFormat";
import { answerAgreement } from "./answerAgreement";
import { answerConvergence } from "./answerConvergence";
import { answerOnly } from "./answerOnly";
import { budget } from "./budget";
import { chainOfDraft } from "./chainOfDraft";
import { chainOfThought } from "./chainOfThought";
import { coconut } from "./coconut";
import { deer } from "./deer";
import { effort } from "./effort";
import { entropyAfterThinking } from "./entropyAfterThinking";
import { inftyThink } from "./inftyThink";
import { lightThinker } from "./lightThinker";
import { noThinking } from "./noThinking";
import { pauseTokens } from "./pauseTokens";
import { probe } from "./probe";
import { sketchOfThought } from "./sketchOfThought";
import { softCot } from "./softCot";
import { semanticRedundancy } from "./semanticRedundancy";
import type { Strategy } from "./strategy";
import { survey } from "./survey";
import { thinkBrake } from "./thinkBrake";
import { l10n, sentenceFrom, type Sentence } from "../../core/text/l10n";

export const STRATEGIES: readonly Strategy[] = [
  chainOfThought,
  noThinking,
  budget,
  chainOfDraft,
  sketchOfThought,
  deer,
  probe,
  entropyAfterThinking,
  inftyThink,
  lightThinker,
  coconut,
  pauseTokens,
  softCot,
  effort,
  answerOnly,
  thinkBrake,
  answerAgreement,
  answerConvergence,
  survey,
  semanticRedundancy,
];

/**
 * The strategy of this id, or its contender of this name; undefined where it is none of ours, as a trace from elsewhere may
 * name.
 */
export function findStrategy(name: string): Strategy | undefined {
  const plain = STRATEGIES.find(({ id }) => id === name);
  if (plain) return plain;
  const [id = "", ...value] = name.split(":");
  const varied = STRATEGIES.find((each) => each.id === id && each.variesBy !== undefined);
  return varied && contender(varied, value.join(":"));
}

/** The strategy with the option that its contenders differ in set, so that no other value fits. */
function contender(strategy: Strategy, value: string): Strategy {
  const [id, name] = [`${strategy.id}:${value}`, `${strategy.name}: ${value}`];
  const set = { [strategy.variesBy!]: z.literal(value).default(value) };
  const { short: _, ...rest } = strategy;
  return { ...rest, id, name, title: `${strategy.title} (${value})`, options: strategy.options.extend(set) };
}

/** @throws ActionableError `strategy-unknown` */
export function registered(id: string): Strategy {
  const found = findStrategy(id);
  if (found) return found;
  throw new ActionableError(
    "strategy-unknown",
    l10n.later`There is no strategy “${id}”.`,
    l10n.later`Choose one of ${STRATEGIES.map((each) => each.id).join(", ")}.`,
  );
}

/** Every strategy as the other processes see it. */
export function strategyInfos(): StrategyInfo[] {
  return STRATEGIES.map(({ id, title, summary, paper, needs, options }) => ({
    id,
    title,
    summary,
    paper,
    needs: [...needs],
    options: z.toJSONSchema(z.object({ ...options.shape, ...decodingOptions.shape }), { io: "input" }) as JsonSchema,
  }));
}

/** What the options of a strategy are called, those of decoding last. @throws ActionableError `strategy-unknown` */
export const optionNames = (id: string): string[] => [
  ...new Set([...Object.keys(registered(id).options.shape), ...Object.keys(decodingOptions.shape)]),
];

/** Why `strategy` cannot run with these capabilities, or undefined when it can. */
export function whyNot(
  strategy: Strategy,
  capabilities: readonly CapabilityRow[],
  manifest: MethodManifest | undefined,
): Sentence | undefined {
  for (const need of strategy.needs) {
    const row = capabilities.find((each) => each.capability === need);
    if (!row?.has) return row?.reason ?? l10n.later`The model has no ${need}.`;
  }
  return strategy.trainedFor && !manifest?.methods[strategy.id]
    ? l10n.later`The model was not trained for ${strategy.title} (its thoughtlens.json does not name the method).`
    : undefined;
}

/** Whether only a model that was trained for it can run the strategy. @throws ActionableError `strategy-unknown` */
export function isTrainedFor(id: string): boolean {
  return registered(id).trainedFor ?? false;
}

/** The method that a model has to be trained for to run the strategy; undefined where any model runs it, or none is called so. */
export function methodOf(id: string): string | undefined {
  return STRATEGIES.find((strategy) => strategy.id === id && strategy.trainedFor)?.id;
}

type Described = Pick<Backend, "facts" | "capabilities" | "manifest" | "thinking">;

/** Which strategies a model can run; one that has contenders has a row for each. */
export function strategyRows(model: Described): StrategyRow[] {
  return STRATEGIES.flatMap((strategy) => {
    const values = strategy.values?.(model.thinking, strategy.options.parse({}));
    const reason = whyNot(strategy, model.capabilities, model.manifest) ?? settingsFault(strategy, model.manifest);
    if (reason !== undefined || values === undefined) return [{ id: strategy.id, runs: reason === undefined, reason }];
    // It has contenders by its other options only, of which the reason tells.
    if (values.length === 0) return [{ id: strategy.id, runs: true, reason: whyNoContender(strategy, model) }];
    return values.map((value) => ({ id: contender(strategy, value).id, runs: true, reason: undefined }));
  });
}

/** What does not fit in the model's own settings of the strategy. */
const settingsFault = ({ id, options }: Strategy, { methods }: MethodManifest): Sentence | undefined =>
  manifestFault(options.extend(decodingOptions.shape), methods[id] ?? {});

/** What in a model's manifest no strategy takes, one sentence each: misspelled, or of another version. */
export const manifestNotes = ({ methods }: MethodManifest): string[] =>
  Object.keys(methods).flatMap((method) => {
    const strategy = STRATEGIES.find(({ id }) => id === method);
    return strategy
      ? unknownOptions(strategy, methods[method]!)
      : [`The model's thoughtlens.json names ${quoted(method)}, which is no method here.`];
  });

/** Which of a manifest's options of the strategy it does not have, one sentence each. */
export function unknownOptions({ title, options }: Strategy, given: Readonly<Record<string, unknown>>): string[] {
  const known = { ...options.shape, ...decodingOptions.shape };
  return Object.keys(given)
    .filter((name) => !Object.hasOwn(known, name))
    .map((name) => `The model's thoughtlens.json names ${quoted(name)}, which is no option of ${title}.`);
}

const quoted = (name: string): string => `“${name.slice(0, 40)}”`;

/** What the strategy itself says of a model on which it has no contender. */
function whyNoContender({ variables, options }: Strategy, { thinking, facts }: Described): Sentence | undefined {
  try {
    variables?.(options.parse({}), thinking, facts.name);
    return undefined;
  } catch (error) {
    const { message, action, sentences = {} } = toErrorShape(error);
    const fault = sentenceFrom(sentences.message ?? message);
    return action === undefined ? fault : l10n.later`${fault} ${sentenceFrom(sentences.action ?? action)}`;
  }
}

/**
 * The names with each strategy that has contenders replaced by them: those that the options name for any model, else those
 * of this one.
 * @throws ActionableError `strategy-unsupported` where there are none; `option-invalid`
 */
export function contendersOf(
  names: readonly string[],
  rows: readonly StrategyRow[],
  asked: Readonly<Record<string, unknown>>,
): string[] {
  return names.flatMap((name) => {
    const strategy = registered(name);
    if (strategy.variesBy === undefined || !STRATEGIES.includes(strategy)) return [name];
    const options = parseOptions(strategy.options, {}, asked);
    if (options[strategy.variesBy] !== "") return [name];
    const always = strategy.values!(noThinkFacts(NO_THINK_FORMAT), options);
    if (always.length > 0) return always.map((value) => contender(strategy, value).id);
    const own = rows.filter(({ id }) => id.startsWith(`${name}:`)).map(({ id }) => id);
    if (own.length > 0) return own;
    const reason =
      rows.find(({ id }) => id === name)?.reason ?? l10n.later`The model has no contender of ${strategy.title}.`;
    throw new ActionableError("strategy-unsupported", reason, "Choose another strategy or another model.");
  });
}
