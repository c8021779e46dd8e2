/** Whether the traces came to the same answer, in one line above them; or of which questions they are. */
import { byQuestion, questionOf } from "../../src/core/measure/question";
import { gradeAnswer } from "../../src/core/text/answer";
import { runTitles } from "../../src/core/measure/runTitles";
import { element } from "../dom/element";
import { oneLine } from "../dom/safeText";
import { verdict } from "../parts/checkChip";
import { answerText } from "../rendered/answerText";
import type { ShownTrace } from "../shown/state";
import { l10n } from "../../src/core/text/l10n";

interface AnswerGroup {
  /** Undefined for traces that ended without an answer. */
  answer: string | undefined;
  correct: boolean | undefined;
  /** Whether one of these runs had an answer to come to. */
  expected: boolean;
  titles: string[];
}

/** Finished traces by their answers, which are compared as a grader does: `42` is `42.0`. In the order of the traces. */
export function answerGroups(traces: readonly ShownTrace[]): AnswerGroup[] {
  const groups: AnswerGroup[] = [];
  for (const { trace, title, live } of traces) {
    if (live || trace.positions.length === 0) continue;
    const { answer, correct } = trace.end ?? {};
    const expected = answer !== undefined && trace.header?.gold !== undefined;
    const same = groups.find((group) =>
      answer === undefined
        ? group.answer === undefined
        : group.answer !== undefined && gradeAnswer(answer, group.answer),
    );
    if (same) {
      same.titles.push(title);
      same.correct ??= correct;
      same.expected ||= expected;
    } else groups.push({ answer, correct, expected, titles: [title] });
  }
  return groups;
}

/**
 * Its content; nothing for fewer than two finished traces, nor for turns of sessions.
 * @param written whether answers are shown as they were written
 */
export function answerLine(traces: readonly ShownTrace[], written: boolean): Node[] {
  // Turns of a session answer what each was asked: there is nothing to agree on.
  if (traces.some(({ trace }) => trace.header?.turn !== undefined)) return [];
  const questions = byQuestion(traces.map(({ trace }) => trace.header));
  if (questions.length > 1) return [...questionLine(questions.map((places) => places.map((place) => traces[place]!)))];
  const groups = answerGroups(traces);
  if (groups.flatMap(({ titles }) => titles).length < 2) return [];
  const agreed = groups.length === 1;
  return [
    element("strong", {}, agreed ? l10n.t("Same answer:") : l10n.t("Different answers:")),
    ...groups.map(({ answer, correct, expected, titles }) =>
      element(
        "span",
        { class: "answer-group" },
        element("bdi", { class: "answer" }, answer === undefined ? l10n.t("none") : answerText(answer, 40, written)),
        " ",
        verdict(correct, expected),
        !agreed && element("span", { class: "who" }, ` ${titles.join(", ")}`),
      ),
    ),
  ];
}

/** Traces of several questions are not held against each other: which of them are of which. */
function* questionLine(groups: readonly (readonly ShownTrace[])[]): Generator<Node> {
  yield element("strong", {}, l10n.t("{0} questions, each by itself:", groups.length));
  for (const traces of groups) {
    const { header } = traces[0]!.trace;
    const question = (header && oneLine(questionOf(header), 200)) || l10n.t("not recorded");
    const titles = traces.map(({ trace, live, asked }) => runTitles([{ header: trace.header, live, asked }])[0]!);
    yield element(
      "span",
      { class: "answer-group", title: question },
      element("bdi", { class: "question" }, question),
      element("span", { class: "who" }, ` ${[...new Set(titles)].join(", ")}`),
    );
  }
}
