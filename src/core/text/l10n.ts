/**
 * Words in the language of the person. The English sentence is its own key, as in VS Code's `l10n`: a bundle
 * (`l10n/bundle.l10n.*.json`) has the translation, and a sentence that it lacks stays English. A process gets its translator
 * at its edge: the extension host VS Code's own, a webview the bundle that the host hands over; the engine and the command line
 * have none and speak English.
 */

/** What fills a place of a sentence. */
export type Value = string | number | boolean;

/** @returns the sentence in the person's language, with the values in place of `{0}`, `{1}` … */
export type Translate = (key: string, ...values: Value[]) => string;

/** A sentence that is said later, or in another process: the English key, and what fills it, which may be sentences too. */
export interface Sentence {
  readonly key: string;
  readonly values: readonly (Value | Sentence)[];
}

/** A sentence with its values in their places; a number that stands for none stays as it is. */
const filled = (text: string, values: readonly Value[]): string =>
  text.replace(/\{(\d{1,2})\}/g, (place, number: string) => String(values[Number(number)] ?? place));

const english: Translate = (key, ...values) => filled(key, values);
let translate = english;

/** Called once, before anything else of a process is loaded: constants are translated when their file is. */
export function translateWith(translator: Translate): void {
  translate = translator;
}

/** Looks sentences up in a bundle, as the host hands it to its webviews; undefined where the person reads English. */
export const translatorOf =
  (bundle: Readonly<Record<string, string>> | undefined): Translate =>
  (key, ...values) =>
    filled((bundle && Object.hasOwn(bundle, key) ? bundle[key] : undefined) ?? key, values);

/** `t` is named as in VS Code's API, so that tools for its bundles find the calls. */
export const l10n = {
  t: (key: string, ...values: Value[]): string => translate(key, ...values),

  /** A sentence that another process may say: an error is translated where a person reads it. */
  later(parts: TemplateStringsArray, ...values: (Value | Sentence)[]): Sentence {
    return { key: parts.reduce((key, part, index) => `${key}{${index - 1}}${part}`), values };
  },
};

/** A sentence for what may be one by its words alone: those without values are their own key. */
export const sentenceFrom = (words: string | Sentence): Sentence =>
  typeof words === "string" ? { key: words, values: [] } : words;

/** In the language of this process. */
export const inWords = (sentence: string | Sentence): string =>
  spoken(sentence, (key, ...values) => l10n.t(key, ...values));

/** As it is kept in traces and logs, and matched by programs. */
export const inEnglish = (sentence: string | Sentence): string => spoken(sentence, english);

function spoken(sentence: string | Sentence, say: Translate): string {
  if (typeof sentence === "string") return say(sentence);
  const { key, values } = sentence;
  const words = say(key, ...values.map((value) => (typeof value === "object" ? spoken(value, say) : value)));
  // What stands inside sentences is written small; where it begins one, it begins large.
  return key.startsWith("{0}") && typeof values[0] === "object"
    ? words.charAt(0).toUpperCase() + words.slice(1)
    : words;
}
