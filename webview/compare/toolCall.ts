/** What a model called and what came back, folded; and reasoning that its provider does not show. */
import type { EventOf, Message, ToolCall } from "../../src/core/trace/trace";
import { element, type Child } from "../dom/element";
import { formatCount } from "../dom/quantities";
import { oneLine, visible } from "../dom/safeText";
import { l10n } from "../../src/core/text/l10n";

/** Characters of arguments in the line of a folded call, and of a result that is opened: a result can be a whole file. */
const LONGEST_ARGUMENTS = 80;
const LONGEST_RESULT = 20_000;

function folded(name: string, short: string, parts: readonly [title: string, text: string | undefined][]): HTMLElement {
  return element(
    "details",
    { class: "tool-call" },
    element("summary", {}, element("bdi", { class: "tool" }, oneLine(name, 60)), " ", element("bdi", {}, short)),
    ...parts.flatMap(([title, text]): Child[] =>
      text === undefined || text === ""
        ? []
        : [element("div", { class: "role" }, title), element("bdi", { class: "tool-text" }, shown(text))],
    ),
  );
}

function shown(text: string): string {
  const left = text.length - LONGEST_RESULT;
  return visible(
    left > 0 ? l10n.t("{0}\n… {1} characters more", text.slice(0, LONGEST_RESULT), formatCount(left)) : text,
  );
}

/** A call of a run, with its result where it came back. */
export function toolCall({ name, arguments: given, result, failed }: EventOf<"call">): HTMLElement {
  return folded(name, oneLine(given, LONGEST_ARGUMENTS), [
    [l10n.t("arguments"), given],
    [failed ? l10n.t("failed") : l10n.t("result"), result],
  ]);
}

/** What a turn of the prompt says, with the calls of an assistant; what a tool says is folded. */
export function turnContent({ role, content, name, calls = [] }: Message): Child[] {
  if (role === "tool")
    return [folded(name ?? l10n.t("result"), oneLine(content, LONGEST_ARGUMENTS), [[l10n.t("result"), content]])];
  const called = calls.map(({ name: tool, arguments: given }: ToolCall) =>
    folded(tool, oneLine(given, LONGEST_ARGUMENTS), [[l10n.t("arguments"), given]]),
  );
  return [...(content === "" ? [] : [element("bdi", {}, visible(content))]), ...called];
}

const WHY: Record<EventOf<"withheld">["why"], string> = {
  signed: l10n.t("only its signature was recorded"),
  encrypted: l10n.t("encrypted by the provider"),
  redacted: l10n.t("redacted by the provider"),
  hidden: l10n.t("the provider does not show it"),
};

/** `Reasoning withheld: encrypted by the provider, 1,234 tokens` */
export function withheldNote({ why, tokens }: EventOf<"withheld">): HTMLElement {
  const size = tokens === undefined ? "" : l10n.t(", {0} tokens", formatCount(tokens));
  return element("div", { class: "withheld" }, l10n.t("Reasoning withheld: {0}{1}", WHY[why], size));
}
