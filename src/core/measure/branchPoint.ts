/** Where a run can begin inside another, and what a person is told of a place where none can. */
import { ActionableError } from "../protocol/rpc";
import { l10n, type Sentence } from "../text/l10n";
import { namedThinkFormat, THINK_FORMATS } from "../text/thinkFormat";
import type { Trace } from "../trace/fold";
import type { BranchReason } from "../trace/trace";
import { textOffsets } from "./branchText";
import { purposes } from "./metrics";
import { isOwnGist } from "./ownGists";

const refused = (message: Sentence, action: string | Sentence = "Choose a place before or behind it.") =>
  new ActionableError("branch-place", message, action);

/**
 * The place `at` is one where a run can begin.
 * @throws ActionableError `branch-place`
 */
export function checkPlace(trace: Trace, at: number, why: BranchReason): void {
  const { positions, spans } = trace;
  const [before, next] = [positions[at - 1], positions[at]];
  if (!Number.isInteger(at) || at < 0 || at > positions.length)
    throw refused(
      l10n.later`The run has ${positions.length} tokens, and there is no place ${at} in it.`,
      l10n.later`Choose one from 0 to ${positions.length}.`,
    );
  if (why === "token" && !next)
    throw refused(l10n.later`No token stands behind the end of the run.`, l10n.later`Choose one of its tokens.`);
  const isInside = (kind: string) => spans.some((span) => span.kind === kind && span.from < at && at < span.to);
  if (isInside("trial")) throw refused(l10n.later`This place lies inside a trial answer, which was taken back.`);
  const isLatent = (kind: string | undefined) => kind === "latent" || kind === "pause" || kind === "soft";
  if (isLatent(before?.kind) || isLatent(next?.kind))
    throw refused(
      l10n.later`Here the model thought in latent steps, not in tokens, and nothing can go on from inside.`,
    );
  if (next?.kind === "gist" && !isOwnGist(trace, at))
    throw refused(l10n.later`This place lies inside a block of gist tokens, which are written together.`);
  if (why === "answer" && purposes(trace)[Math.max(0, at - 1)] === "summary")
    throw refused(l10n.later`Here the model was summing up a round, and there is no thought to be stopped.`);
  if (why === "answer" && isAnswer(trace, at))
    throw refused(
      l10n.later`Thinking is over at this place, and the answer has begun.`,
      l10n.later`Choose a step of thinking.`,
    );
  checkMarks(trace, at);
}

function isAnswer(trace: Trace, at: number): boolean {
  const purpose = purposes(trace);
  return at > 0 && purpose[at - 1] === "answer";
}

/** A place between the tokens of one character, or of one mark of thinking, is none. */
function checkMarks(trace: Trace, at: number): void {
  const { positions, header } = trace;
  // A local model's tokens have their text with the last of a character, those of a server with the first.
  const isSplit = header?.model.sha256 ? positions[at - 1]?.text === "" : positions[at]?.text === "" && at > 0;
  if (isSplit && positions[at])
    throw refused(l10n.later`This place lies inside a character that several tokens make up.`);
  const offsets = textOffsets(trace, positions.length);
  const texts = offsets.map((offset) => positions[offset]!.text);
  const place = texts.slice(0, offsets.filter((offset) => offset < at).length).join("").length;
  const text = texts.join("");
  const own = namedThinkFormat(`${header?.think?.opener ?? ""}...${header?.think?.closer ?? ""}`);
  const marks = (own ? [own] : THINK_FORMATS).flatMap(({ opener, closer }) => [opener, closer]);
  for (const mark of marks) {
    if (mark.length < 2) continue;
    const from = text.slice(Math.max(0, place - mark.length + 1), place + mark.length - 1).indexOf(mark);
    if (from < 0) continue;
    throw refused(l10n.later`This place lies inside ${mark}, which marks thinking and is written whole.`);
  }
}
