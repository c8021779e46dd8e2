/** The two sliders of the exit explorer, and the sentence that says what they come to. */
import type { Replay } from "../../src/core/exits/replay";
import { button, element } from "../dom/element";
import { verdict } from "../parts/checkChip";
import { formatCount, formatMs, formatProbability } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import { outcomeWords } from "../charts/exitChart";
import type { ExitSetting } from "../figures/exitFigures";

interface Slider {
  label: HTMLElement;
  input: HTMLInputElement;
  value: HTMLOutputElement;
}

function slider(name: string, max: number, step: number, onInput: (value: number) => void): Slider {
  const input = element("input", { type: "range", min: 0, max, step });
  const value = element("output", {});
  input.addEventListener("input", () => onInput(Number(input.value)));
  return { label: element("label", {}, element("span", { class: "slider-name" }, name), input, value), input, value };
}

export class ExitControls {
  readonly element: HTMLElement;
  private readonly threshold: Slider;
  private readonly budget: Slider;
  private readonly outcome = element("p", { class: "outcome", "aria-live": "polite" });
  private setting: ExitSetting = { threshold: undefined, budget: undefined };

  constructor(private readonly onSet: (setting: ExitSetting) => void) {
    this.threshold = slider("threshold", 1, 0.005, (threshold) => this.change({ ...this.setting, threshold }));
    this.budget = slider("budget", 1, 1, (budget) =>
      this.change({ ...this.setting, budget: budget >= Number(this.budget.input.max) ? undefined : budget }),
    );
    this.element = element(
      "div",
      { class: "exit-controls" },
      element(
        "div",
        { class: "sliders" },
        this.threshold.label,
        this.budget.label,
        button("As recorded", { class: "secondary small" }, () =>
          this.change({ threshold: undefined, budget: undefined }),
        ),
      ),
      this.outcome,
    );
  }

  /**
   * @param recorded the threshold of the recorded checks
   * @param thinking thinking tokens of the run
   * @param expected whether the run's right answer is known
   */
  show(
    setting: ExitSetting,
    recorded: number | undefined,
    thinking: number,
    replayed: Replay,
    expected: boolean,
  ): void {
    this.setting = setting;
    const threshold = setting.threshold ?? recorded;
    this.threshold.input.value = String(threshold ?? 1);
    this.threshold.value.textContent = threshold === undefined ? "none" : formatProbability(threshold);
    this.budget.input.max = String(thinking);
    this.budget.input.value = String(setting.budget ?? thinking);
    this.budget.value.textContent = setting.budget === undefined ? "none" : `${formatCount(setting.budget)} tokens`;
    this.outcome.replaceChildren(...this.sentence(replayed, expected));
  }

  private change(setting: ExitSetting): void {
    this.setting = setting;
    this.onSet(setting);
  }

  private sentence(replayed: Replay, expected: boolean): Node[] {
    const { saved, answer, correct, outcome, tokens, ms } = replayed;
    const words = outcomeWords(replayed);
    const parts: (Node | string | undefined)[] = [
      `${words[0]!.toUpperCase()}${words.slice(1)}. Answer `,
      answer === undefined && correct === undefined
        ? "not known: none was tried there"
        : element("bdi", { class: "check-answer" }, answer === undefined ? "none" : oneLine(answer, 40)),
      " ",
      verdict(correct, expected && answer !== undefined),
      `. ${formatCount(tokens)} tokens, ${formatMs(ms)}`,
    ];
    if (outcome === "check" || outcome === "budget")
      parts.push(saved.tokens === 0 ? ", as recorded." : `: ${compared(saved.tokens, saved.ms)} than recorded.`);
    else parts.push(", as recorded.");
    return parts.flatMap((part) =>
      part === undefined ? [] : [typeof part === "string" ? document.createTextNode(part) : part],
    );
  }
}

function compared(tokens: number, ms: number): string {
  const word = (value: number): string => (value >= 0 ? "less" : "more");
  return `${formatCount(Math.abs(tokens))} tokens ${word(tokens)}, ${formatMs(Math.abs(ms))} ${word(ms)}`;
}
