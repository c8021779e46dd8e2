/** Effort: how much a model thinks, by the switch that its template or its server has for it, or by words. */
import * as z from "zod";
import { ActionableError } from "../../core/protocol/rpc";
import { effortLevels, EFFORT_WORDS } from "../../core/text/effort";
import type { ThinkFacts } from "../../core/text/thinkFacts";
import { generateToEnd } from "../thinking/think";
import { stepByStep, strategy } from "./strategy";
import { l10n } from "../../core/text/l10n";

const options = z.object({
  level: z
    .string()
    .max(40)
    .default("")
    .describe("How much to think: a level that the model knows, as low, medium, high, none or on."),
  by: z
    .enum(["model", "instruction"])
    .default("model")
    .describe(
      "model: by the variable of its chat template, or the field of its server, that stands for effort; instruction: in words, for models that have none.",
    ),
});
type Options = z.output<typeof options>;

export const effort = strategy({
  id: "effort",
  name: "Effort",
  title: "Effort",
  summary:
    "Thinks as much as a level of effort says, by the model's own switch or in words; each level is a contender.",
  needs: [],
  stepKind: "step",
  variesBy: "level",
  options,
  short: { by: "instruction", level: "low" },
  words: ({ by, level }) => (by === "model" ? stepByStep() : `${stepByStep()} ${wordsOf(level) ?? ""}`.trim()),
  isMethodOfWords: ({ by }) => by === "instruction",
  values: (thinking, { by }) => namesOf(thinking, by),
  variables({ level, by }, thinking, model) {
    const known = namesOf(thinking, by);
    if (!known.includes(level)) throw unknownLevel(level, by, known, model);
    return by === "model" ? effortLevels(thinking).find(({ name }) => name === level)!.variables : {};
  },
  async run(context) {
    const decoder = context.decoder();
    await decoder.prefill(context.prompt());
    await generateToEnd(context, decoder);
    return decoder.text;
  },
});

const namesOf = (thinking: ThinkFacts, by: Options["by"]): string[] =>
  by === "model" ? effortLevels(thinking).map(({ name }) => name) : Object.keys(EFFORT_WORDS);

const wordsOf = (level: string): string | undefined => EFFORT_WORDS[level as keyof typeof EFFORT_WORDS];

function unknownLevel(level: string, by: Options["by"], known: readonly string[], model: string): ActionableError {
  if (known.length === 0)
    return new ActionableError(
      "effort-unknown",
      l10n.later`Neither the chat template nor the server of ${model} heeds a level of effort.`,
      "Ask for one in words with the option by=instruction.",
    );
  const there = known.join(", ");
  if (level === "")
    return new ActionableError("effort-unknown", "No level of effort was named.", l10n.later`Choose one of ${there}.`);
  const message =
    by === "model"
      ? l10n.later`${model} has no level of effort “${level}”.`
      : l10n.later`No words are known for a level of effort “${level}”.`;
  return new ActionableError("effort-unknown", message, l10n.later`Choose one of ${there}.`);
}
