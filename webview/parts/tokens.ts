/** Tokens as text, each shaded and underlined by how sure the model was of it. */
import { probabilityOf, type Alternative, type Position, type Trace } from "../../src/core/trace/fold";
import { formatMs, formatProbability } from "../dom/quantities";
import { oneLine, visible } from "../dom/safeText";
import { l10n } from "../../src/core/text/l10n";

/** Lower bounds of the probability classes 0 to 4; class 0 is left plain. */
export const CONFIDENCE_CLASSES = [0.9, 0.7, 0.5, 0.25, 0] as const;

function confidenceClass(probability: number): number {
  return CONFIDENCE_CLASSES.findIndex((bound) => probability >= bound);
}

const SIGNS: Partial<Record<Position["kind"], string>> = { gist: "▣", latent: "◆", pause: "◌", soft: "◈" };
const TAG = /^\s*<[^<>\s]{1,24}>\s*$/;

function classesOf(position: Position): string {
  const names = ["token"];
  const probability = probabilityOf(position);
  if (position.kind === "forced") names.push("forced");
  else if (probability !== undefined) {
    const level = confidenceClass(probability);
    if (level > 0) names.push(`unsure-${level}`);
  }
  if (SIGNS[position.kind] !== undefined) names.push("sign", position.kind);
  else if (TAG.test(position.text)) names.push("tag");
  return names.join(" ");
}

/** Positions that carry no text are shown by a sign and, for latents, the nearest word. */
export function tokenLabel(position: Position, nearest?: string): string {
  const sign = SIGNS[position.kind];
  if (sign === undefined) return visible(position.text);
  return nearest === undefined ? sign : `${sign} ${oneLine(nearest, 16)}`;
}

/** A token, or a part of its text, as a span that carries its position in `data-at`. */
export function tokenSpan(position: Position, at: number, text: string): HTMLElement {
  const span = document.createElement("span");
  span.className = classesOf(position);
  span.dataset["at"] = String(at);
  span.textContent = text;
  return span;
}

/** Tokens [from, to) as spans that carry their position in `data-at`. */
export function tokens(trace: Trace, from: number, to: number): DocumentFragment {
  const fragment = document.createDocumentFragment();
  const nearest = new Map(
    trace.latents.filter(({ at }) => at >= from && at < to).map(({ at, top }) => [at, top[0]?.[0]] as const),
  );
  for (let at = from; at < to; at += 1) {
    const position = trace.positions[at];
    if (!position) break;
    fragment.appendChild(tokenSpan(position, at, tokenLabel(position, nearest.get(at))));
  }
  return fragment;
}

const KIND_NAMES: Partial<Record<Position["kind"], string>> = {
  forced: l10n.t("fed, not chosen by the model"),
  gist: l10n.t("gist token"),
  latent: l10n.t("continuous thought"),
  pause: l10n.t("pause token"),
  soft: l10n.t("soft token"),
};

const alternativeWords = ([text, probability]: Alternative): string =>
  `“${oneLine(text, 24) || "␣"}” ${formatProbability(probability)}`;

/** What is known of one position, as lines of text for a tooltip. */
export function tokenFacts(position: Position, at: number): string[] {
  const probability = probabilityOf(position);
  const facts = [l10n.t("“{0}” at {1}", oneLine(position.text, 40) || "␣", at)];
  if (probability !== undefined) facts.push(l10n.t("probability {0}", formatProbability(probability)));
  if (position.others) facts.push(l10n.t("or {0}", position.others.map(alternativeWords).join(", ")));
  if (position.entropy !== undefined) facts.push(l10n.t("entropy {0} nats", position.entropy.toFixed(2)));
  if (position.ms > 0) facts.push(formatMs(position.ms));
  const kind = KIND_NAMES[position.kind];
  if (kind !== undefined) facts.push(kind);
  return facts;
}
