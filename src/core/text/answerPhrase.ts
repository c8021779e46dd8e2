/** “The answer is 5”: where a text says its answer in words, in several languages. */

import { ANSWER_WORDS, connectorAfter } from "./answerLanguages";

interface Phrase {
  from: number;
  to: number;
}

/** Words that announce an answer. */
const FAMILIAR =
  /ans(?=[:.] |:\n)|answer|result|solution|option|choice|respuesta|réponse|reponse|antwort|ergebnis|lösung|risposta|resposta|antwoord|odpowied[źz]|cevap|答案|答え|正解|答|정답|답/iu;
const CUE = new RegExp(`${FAMILIAR.source}|${ANSWER_WORDS}`, "giu");
/** They also have other uses, and are believed only where a line begins with them or these words stand before. */
const WEAK = /^(?:ans|result|solution|option|choice|ergebnis|lösung|답|答)$/i;
const PRAISED = /\b(?:final|correct|right|best|proper|the|selected|chosen|my)\s+$|최종\s*$/i;
/** Before the word: what follows is another answer than the last. */
const DISOWNED = /\b(?:first|initial|previous|earlier|wrong|incorrect|old)\s+$/i;
const DOUBTED = /\b(?:if|whether|suppose|assuming|assume|unless|until|maybe|would|could)\b[^.!?\n]{0,24}$/i;
/** What may stand before the word on its line where the line is a label; its blanks are single ones. */
const LABELLED =
  /^[ #*_>\p{Extended_Pictographic}\ufe0f()-]*(?:(?:\d+[.)] ?)?(?:my|the|so,?|thus,?|hence,?|therefore,?)? ?(?:final|correct|right|réponse|la|die|das|il|a)? ?)?$/iu;
/** What comes between the word and the answer: `answer to the question is`. */
const CONNECTOR =
  /(?<!\p{L})(?:is|are|was|be|equals|es|son|est|ist|lautet|è|é)(?![\p{L}\p{N}])|为|為|是|は|은|는|이|[:：=⇒→]/u;
const LEADS =
  /^(?:\s*\((?:[^()\n]{0,40})\)|\s+(?:to|for|of|in|that|we|you|i|choice|option|letter|would|must|should|will|can|final|finale|correcta|correcte|correta)\b[^.\n:：=⇒→]{0,90}?|\s+(?:الصحيحة|الصحيح|النهائية|النهائي|đúng|cuối cùng|yang benar|akhir|ที่ถูกต้อง|צודקת|הנכונה|הסופית))?$/i;
const LONGEST_LEAD = 100;

/** Beginnings of what says something about the answer and not what it is. */
const ABOUT =
  /^(?:in (?:the|a|an|terms|its|this|that|simplest|lowest|your|our|my|which)\b|of (?:the|a) form|not (?:\d|\\|\$|[A-J]\b|the\b|an?\b|yet|in\b|clear|right|enough|going|just|so\b|what|obvious|given|unique|necessarily)|(?:given|asked|wanted|required|expected|supposed|going|known|found|obtained|based|likely|meant|expressed|written|what|whether|how|why|when|where|who|as follows|to be|being|on the|at the|below|above|here|there(?! (?:is|are|was|were|will)\b)|somewhere|somehow|something|still|already|also|too|definitely not|probably not|simply not)\b)/i;
/** The same where nothing follows. */
const JUDGED =
  /^(?:correct|right|wrong|incorrect|clear|obvious|simple|straightforward|unique|unknown|unclear|fine|good|consistent|reasonable|it|that|this)$/i;
const ADVERB =
  /^(?:indeed|therefore|thus|simply|just|exactly|precisely|probably|then|clearly|actually|again|now|definitely|certainly|obviously|that|hence|of course|also|donc|entonces|quindi|portanto)\b[,:]?[ \t]*/i;
const REASON =
  /,?\s+(?:because|since|as|so|which|where|that is|but|instead of|rather than)\b|,\s+(?:not|and not|we|I)\b|;\s|\s[–—]\s/iy;
const ABBREVIATION =
  /(?:^|[^\p{L}])(?:approx|ca|e\.g|i\.e|vs|no|mr|mrs|ms|dr|st|jr|prof|fig|eq|sq|ft|cu|in|lbs?|oz|min|hrs?|sec|a\.m|p\.m|u\.s|[A-Z])$/iu;

/** Characters of an answer, and of what is looked at around it, so that a long line costs no more than a short one. */
const LONGEST_ANSWER = 1000;
const WIDEST_LOOK = 200;
/** Announcing words that are looked at, from the last one on. */
const MOST_CUES = 10_000;

const isBlank = (char: string | undefined) => char !== undefined && /\s/.test(char);
/** The text before `at` on its line, or the last of it. */
const lineBefore = (text: string, at: number) =>
  text
    .slice(Math.max(0, at - WIDEST_LOOK), at)
    .split("\n")
    .at(-1)!;
/** Where the line of `at` ends, or as much of it as is an answer. */
function lineEnd(text: string, at: number): number {
  const end = text.slice(at, at + LONGEST_ANSWER).indexOf("\n");
  return end < 0 ? Math.min(text.length, at + LONGEST_ANSWER) : at + end;
}
const skip = (text: string, at: number, chars: string) => {
  while (at < text.length && chars.includes(text[at]!)) at++;
  return at;
};

/** The first character at or after `at` that is no space, on this line or below. */
function nextText(text: string, at: number): number {
  while (isBlank(text[at])) at++;
  return at;
}

/** Where the content of a fenced block or of display mathematics on lines of its own begins and ends. */
function block(text: string, at: number): Phrase | undefined {
  const fence = /^(?:```|~~~)[^\n]*\n|^\$\$|^\\\[/.exec(text.slice(at, at + 60))?.[0];
  if (fence === undefined) return undefined;
  const closing = fence.startsWith("$$") ? "$$" : fence.startsWith("\\[") ? "\\]" : fence.slice(0, 3);
  return upTo(text, at + fence.length, closing);
}

function upTo(text: string, from: number, closing: string, after = 0): Phrase | undefined {
  const length = text.slice(from, from + LONGEST_ANSWER).indexOf(closing);
  return length < 0 ? undefined : { from, to: from + length + after };
}

/** The only text or number of a list of JSON at `at`. */
function listOfOne(text: string, at: number): Phrase | undefined {
  const only = /^\[\s{0,40}(?:"([^"\\\n]{1,400})"|(-?[\d.]{1,40}))\s{0,40}\]/.exec(text.slice(at, at + LONGEST_ANSWER));
  if (!only) return undefined;
  const said = (only[1] ?? only[2])!;
  const from = at + only[0].indexOf(said);
  return { from, to: from + said.length };
}

/** A value of JSON at `at`. */
function jsonValue(text: string, at: number): Phrase | undefined {
  const quote = text[at];
  if (quote === '"' || quote === "'") {
    const end = Math.min(text.length, at + LONGEST_ANSWER);
    let to = at + 1;
    while (to < end && text[to] !== quote) to += text[to] === "\\" ? 2 : 1;
    return to < end ? { from: at + 1, to } : undefined;
  }
  if (quote === "[") return listOfOne(text, at) ?? upTo(text, at, "]", 1);
  const plain = /^[^\s,}\]]+/.exec(text.slice(at, at + WIDEST_LOOK))?.[0];
  return plain === undefined ? undefined : { from: at, to: at + plain.length };
}

/** Where an answer that begins at `from` ends: with its sentence, its emphasis, its line, or before the reason given for it. */
function phraseEnd(text: string, from: number, emphasised: boolean): number {
  const end = lineEnd(text, from);
  let maths = false;
  let depth = 0;
  for (let at = from; at < end; at++) {
    const char = text[at]!;
    if (char === "\\") {
      const next = text[at + 1];
      if (next === "(" || next === "[") maths = true;
      else if (next === ")" || next === "]") maths = false;
      at++;
    } else if (char === "$" && (maths || /\S/.test(text[at + 1] ?? "")) && (maths || hasPartner(text, at, end)))
      maths = !maths;
    else if (char === "{") depth++;
    else if (char === "}") depth = Math.max(0, depth - 1);
    if (maths || depth > 0) continue;
    if (emphasised && char === "*" && text[at + 1] === "*") return at;
    if (char === "。" || char === "！" || char === "।" || char === "۔") return at;
    if (".!?".includes(char) && (at + 1 >= end || /[\s*_$"'”)\]]/.test(text[at + 1]!))) {
      if (char !== "." || !ABBREVIATION.test(text.slice(Math.max(from, at - 6), at)) || at + 1 >= end) return at;
      if (
        /^\.\s+\p{Lu}\p{Ll}/u.test(text.slice(at, at + 6)) &&
        !/^(?:mr|mrs|ms|dr|st|prof)$/i.test(text.slice(from, at).split(/\s/).at(-1)!)
      )
        return at;
    }
    if (char === "," || char === ";" || char === " " || char === "\t") {
      REASON.lastIndex = at;
      if (REASON.test(text)) return at;
    }
  }
  return end;
}

/** Whether a `$` opens mathematics: another closes it on the line, and it is no price. */
function hasPartner(text: string, at: number, end: number): boolean {
  const length = text.slice(at + 1, end).indexOf("$");
  const inner = text.slice(at + 1, at + 1 + length);
  return length > 0 && (!/^\d[\d,.]*\s+[a-z]{2,}/i.test(inner) || !isBlank(inner.at(-1)));
}

/** Whether a text was cut off: it ends in the middle of a sentence, and the last phrase was not its end. */
export function isCut(text: string, after: number): boolean {
  let end = text.length;
  while (end > 0 && isBlank(text[end - 1])) end--;
  const last = text[end - 1] ?? "";
  if (/[,;:([{=+*/^<&–—-]/.test(last) && end > after) return !text.slice(end - 2, end).endsWith("**");
  if (!/\p{L}/u.test(last)) return false;
  let from = end;
  while (from > 0 && end - from < 40 && /[\p{L}']/u.test(text[from - 1]!)) from--;
  if (FUNCTION_WORD.test(text.slice(from, end))) return true;
  // A short last line without a stop is a farewell; a long one broke off.
  return (
    end > after &&
    text
      .slice(Math.max(after, end - lineBefore(text, end).length), end)
      .trim()
      .split(/\s+/).length > 7
  );
}

const FUNCTION_WORD =
  /^(?:and|or|the|a|an|of|to|in|is|are|was|were|be|that|this|if|so|but|because|since|with|for|by|on|at|from|as|we|I|then|than|which|when|where|while|wait|let|not|it|have|has|can|will|would|should|must|also|need|must|their|its|his|her|our|my|your)$/i;

/** What one announcing word announces; undefined where it does not. */
function announced(text: string, index: number, word: string): (Phrase & { label: boolean }) | undefined {
  let at = index + word.length;
  // `"answer": 5`, and `'final_answer': …`
  const quote = text[at];
  if ((quote === '"' || quote === "'") && /["'_\w]/.test(text[index - 1] ?? "")) {
    const colon = nextText(text, at + 1);
    const value = text[colon] === ":" ? jsonValue(text, nextText(text, colon + 1)) : undefined;
    return value && { ...value, label: true };
  }
  if (/[\p{L}\p{N}]/u.test(text[index - 1] ?? "") && /^[a-z]/i.test(word)) return undefined;
  const before = lineBefore(text, index).slice(-60);
  const label = LABELLED.test(before.replace(/\s+/g, " "));
  const weak = WEAK.test(word);
  if (weak && !label && !PRAISED.test(before)) return undefined;
  if (DOUBTED.test(before) || DISOWNED.test(before)) return undefined;
  at = skip(text, at, "s*_");
  const window = text.slice(at, Math.min(lineEnd(text, at), at + LONGEST_LEAD));
  const elsewhere = connectorAfter(word);
  const connector = (elsewhere ?? CONNECTOR).exec(window);
  if (connector && LEADS.test(window.slice(0, connector.index).trimEnd())) at += connector.index + connector[0].length;
  // “Final answer (B)”
  else if (label && !weak && /^\s+\([A-J]\)[.*\s]*$/.test(window)) at += 1;
  // Telugu and Hungarian need no verb.
  else if (elsewhere && label && /^\s+[-\u2212$(]?\p{Nd}/u.test(window)) at += 1;
  // A title on a line of its own: the answer stands below.
  else if (!label || window.trim() !== "" || WEAK.test(word)) return undefined;
  const emphasis = lineBefore(text, at).split("**").length % 2 === 0;
  at = skip(text, at, " \t:：*_");
  const below = nextText(text, at) > lineEnd(text, at);
  const from = nextText(text, at);
  const fenced = block(text, from);
  if (fenced) return { ...fenced, label };
  const start = skip(text, from, "*_ ");
  const adverb = ADVERB.exec(text.slice(start, start + 40))?.[0].length ?? 0;
  if (ABOUT.test(text.slice(start + adverb, start + adverb + 80))) return undefined;
  const bold = text.slice(from, start).includes("**");
  const to = phraseEnd(text, start + adverb, (emphasis && !below) || bold);
  // “The answer is 5?”
  if (text[to] === "?") return undefined;
  let last = to;
  while (last > start + adverb && /[*_\s]/.test(text[last - 1]!)) last--;
  const said = text.slice(start + adverb, last);
  if (JUDGED.test(said)) return undefined;
  // Of an option only its letter is believed.
  if (/^(?:option|choice)$/i.test(word) && !/^[*\s(\\]*(?:text\{)?\(?[A-J]\b/.test(said)) return undefined;
  if (/^(?:solution|lösung)$/i.test(word) && below) return undefined;
  return { from: start + adverb, to, label };
}

/**
 * The last place where the text says what its answer is.
 * @returns undefined where it does not, or breaks off after saying so
 */
export function lastPhrase(text: string): Phrase | undefined {
  const cues = [...text.matchAll(CUE)].slice(-MOST_CUES);
  for (const cue of cues.reverse()) {
    const found = announced(text, cue.index, cue[0]);
    if (!found || text.slice(found.from, found.to).trim() === "") continue;
    const complete = found.label && lineEnd(text, found.from) < text.length;
    if (!complete && isCut(text, found.to)) return undefined;
    return found;
  }
  return undefined;
}
