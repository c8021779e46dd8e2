/** InftyThink's rounds: what each one carried in, how long it thought, and the summary it handed on. */
import { max } from "d3";
import { formatCount } from "../dom/quantities";
import { acrossPlot, bottomAxis } from "./axes";
import { clipText, textWidth } from "./labels";
import { frame, picture, type Drawn, type DrawnPoint } from "./picture";
import type { Theme } from "./theme";
import { l10n } from "../../src/core/text/l10n";

export interface Round {
  n: number;
  /** First position on the axis. */
  at: number;
  /** Tokens of prompt and carried summary that the round read. */
  read: number;
  thinking: number;
  summary: number;
  answer: number;
  /** What it handed on, or the answer of the last round, on one line. */
  text: string;
  /** Numbers and names that the round read or thought of, by whether its summary says them; undefined without one. */
  facts: { kept: readonly string[]; dropped: readonly string[] } | undefined;
}

export interface RoundsData {
  run: string;
  title: string;
  rounds: readonly Round[];
}

const ROW = 50;
const FACTS = 15;

/** `kept 3 of 9 facts: 32; dropped: 14, 6`. */
export function factsSentence({ kept, dropped }: NonNullable<Round["facts"]>): string {
  const list = (facts: readonly string[]): string =>
    facts.length === 0 ? "" : `: ${facts.slice(0, 6).join(", ")}${facts.length > 6 ? ", …" : ""}`;
  const rest = dropped.length > 0 ? l10n.t("; dropped{0}", list(dropped)) : "";
  return l10n.t("kept {0} of {1} facts{2}{3}", kept.length, kept.length + dropped.length, list(kept), rest);
}

export function roundsChart({ run, title, rounds }: RoundsData, width: number, theme: Theme): Drawn {
  const row = ROW + (rounds.some(({ facts }) => facts) ? FACTS : 0);
  const area = frame(width, rounds.length * row + 56, { top: 12, right: 20, bottom: 40, left: 64 });
  const longest = max(rounds, ({ read, thinking, summary, answer }) => read + thinking + summary + answer) ?? 1;
  const x = acrossPlot(longest, area);
  const svg = picture(area, `${title}: ${rounds.map(roundSentence).join("; ")}`, theme);
  bottomAxis(svg, x, area, theme, l10n.t("context rows in the round"), formatCount);
  const points = rounds.map((round, index): DrawnPoint => {
    const top = area.top + index * row;
    svg
      .append("text")
      .attr("x", 0)
      .attr("y", top + 14)
      .attr("fill", theme.muted)
      .text(l10n.t("round {0}", round.n));
    let from = 0;
    const parts: [number, string, number, string][] = [
      [round.read, theme.muted, 0.35, "read"],
      [round.thinking, theme.kinds.thinking, 1, "thinking"],
      [round.summary, theme.kinds.summary, 1, "summary"],
      [round.answer, theme.kinds.answer, 1, "answer"],
    ];
    for (const [tokens, colour, opacity, name] of parts) {
      if (tokens === 0) continue;
      const length = x(from + tokens) - x(from);
      svg
        .append("rect")
        .attr("x", x(from))
        .attr("y", top)
        .attr("width", Math.max(1, length - 1))
        .attr("height", 20)
        .attr("fill", colour)
        .attr("fill-opacity", opacity);
      const words = `${name} ${formatCount(tokens)}`;
      if (length > textWidth(words) + 8)
        svg
          .append("text")
          .attr("x", x(from) + 5)
          .attr("y", top + 14)
          .attr("fill", name === "read" ? theme.foreground : theme.background)
          .text(words);
      from += tokens;
    }
    const line = (text: string, baseline: number): void => {
      svg
        .append("text")
        .attr("x", area.left)
        .attr("y", baseline)
        .attr("fill", theme.muted)
        .text(clipText(text, width - area.left - area.right));
    };
    if (round.text !== "") line(`${round.summary > 0 ? "↳ " : ""}${round.text}`, top + 34);
    if (round.facts) line(factsSentence(round.facts), top + 34 + FACTS);
    return { x: 54, y: top + 10, radius: 5, run, at: round.at, label: roundSentence(round) };
  });
  return { svg: svg.node()!, points };
}

function roundSentence(round: Round): string {
  const parts = [l10n.t("read {0}", formatCount(round.read)), l10n.t("thought {0}", formatCount(round.thinking))];
  if (round.summary > 0) parts.push(l10n.t("summed up in {0}", formatCount(round.summary)));
  if (round.answer > 0) parts.push(l10n.t("answered in {0}", formatCount(round.answer)));
  return l10n.t("Round {0} {1} tokens", round.n, parts.join(", "));
}
