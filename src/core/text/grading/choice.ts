/** Multiple choice: the letter of an option, with or without what the option says. */

export interface Choice {
  letter: string;
  /** Empty where only the letter is given. */
  text: string;
  /** A word like the article of “A lempus” may be meant. */
  doubtful: boolean;
}

const NAMED =
  /^(?:(?:the |die |la |el |a |o )?(?:option|choice|answer|alternative|letter|opción|opcion|opção|letra|lettre|opzione|lettera|antwort|вариант|选项|選項|选|選)s? *[:#]? *|(?:la|el|le|die|il) (?=\(?[A-J]\)?$))/i;

/** `(B)`, `B.`, `option b: Venus`, `B Venus`. */
export function choice(answer: string): Choice | undefined {
  const named = NAMED.exec(answer)?.[0].length ?? 0;
  const text = answer.slice(named);
  const match =
    /^(?:[([{<] ?([A-Ja-j]) ?[)\]}>]|([A-Ja-j])(?=[).:\]]|$))[).:\]]*(?: |$)/.exec(text) ??
    /^([A-J]) - (?=[A-Za-z]{3})/.exec(text) ??
    /^([A-J]) (?=[A-Za-z(\d])/.exec(text);
  if (!match) return undefined;
  const letter = (match[1] ?? match[2])!.toUpperCase();
  const rest = text.slice(match[0].length).trim();
  // “(A) and (C)” is two of them.
  if (/^(?:and|or|&|,)(?![a-z])/i.test(rest)) return undefined;
  return { letter, text: rest, doubtful: /^[A-J] $/.test(match[0]) && named === 0 };
}
