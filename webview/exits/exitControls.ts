/** The two sliders of the exit explorer, and the sentence that says what they come to. */
import type { Replay } from "../../src/core/exits/replay";
import type { ScoreScale } from "../../src/core/exits/scale";
import { button, element } from "../dom/element";
import { scoreText } from "../charts/checkWords";
import { verdict } from "../parts/checkChip";
import { formatCount, formatMs } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import { outcomeWords } from "../charts/exitChart";
import type { ExitSetting } from "../figures/exitFigures";
import { l10n } from "../../src/core/text/l10n";

/** What the settings come to, and what they are moved on. */
interface ShownExit {
  /** The threshold of the recorded checks. */
  recorded: number | undefined;
  scale: ScoreScale;
  /** Thinking tokens of the run. */
  thinking: number;
  replayed: Replay;
  /** Whether the run's right answer is known. */
  expected: boolean;
}

interface Slider {
  label: HTMLElement;
  input: HTMLInputElement;
  value: HTMLOutputElement;
}

function slider(name: string, onInput: (value: number) => void): Slider {
  const input = element("input", { type: "range", min: 0 });
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
    this.threshold = slider("threshold", (threshold) => this.change({ ...this.setting, threshold }));
    this.budget = slider("budget", (budget) =>
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
        button(l10n.t("As recorded"), { class: "secondary small" }, () =>
          this.change({ threshold: undefined, budget: undefined }),
        ),
      ),
      this.outcome,
    );
  }

  show(setting: ExitSetting, { recorded, scale, thinking, replayed, expected }: ShownExit): void {
    this.setting = setting;
    const threshold = setting.threshold ?? recorded;
    this.threshold.input.max = String(scale.most);
    this.threshold.input.step = String(scale.step);
    this.threshold.input.value = String(threshold ?? scale.most);
    this.threshold.value.textContent =
      threshold === undefined ? l10n.t("none") : scoreText({ value: threshold, unit: scale.unit });
    this.budget.input.max = String(thinking);
    this.budget.input.value = String(setting.budget ?? thinking);
    this.budget.value.textContent =
      setting.budget === undefined ? l10n.t("none") : l10n.t("{0} tokens", formatCount(setting.budget));
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
      l10n.t("{0}. Answer ", words[0]!.toUpperCase() + words.slice(1)),
      answer === undefined && correct === undefined
        ? l10n.t("not known: none was tried there")
        : element("bdi", { class: "check-answer" }, answer === undefined ? l10n.t("none") : oneLine(answer, 40)),
      ...(answer === undefined && correct === undefined
        ? []
        : [" ", verdict(correct, expected && answer !== undefined)]),
      l10n.t(". {0} tokens, {1}", formatCount(tokens), formatMs(ms)),
    ];
    if (outcome === "check" || outcome === "budget")
      parts.push(
        saved.tokens === 0
          ? l10n.t(", as recorded.")
          : l10n.t(": {0} than recorded.", compared(saved.tokens, saved.ms)),
      );
    else parts.push(l10n.t(", as recorded."));
    return parts.flatMap((part) =>
      part === undefined ? [] : [typeof part === "string" ? document.createTextNode(part) : part],
    );
  }
}

function compared(tokens: number, ms: number): string {
  const words = (value: number, amount: string): string =>
    value >= 0 ? l10n.t("{0} less", amount) : l10n.t("{0} more", amount);
  const count = l10n.t("{0} tokens", formatCount(Math.abs(tokens)));
  return [words(tokens, count), words(ms, formatMs(Math.abs(ms)))].join(", ");
}
