/** How an answer is announced in languages whose verbs mean something else in English, or that need none. */

/** Words for “answer”, and for “is” behind them. */
const WORDS: [answer: string, is: string][] = [
  ["ответ", "это|является|равен"],
  ["відповідь", "це"],
  ["отговорът|отговор", "е"],
  ["svaret|svar", "är|er"],
  ["vastaus", "on"],
  ["odpověď|odpoveď|odgovor", "je"],
  ["απάντηση", "είναι"],
  ["răspunsul|răspuns", "este"],
  ["válasz|yanıt|బదులు|సమాధానం|பதில்|விடை|ഉത്തരം|ಉತ್ತರ|જવાબ|پاسخ", ""],
  ["उत्तर", "है|हैं"],
  ["উত্তর", "হলো|হল|হচ্ছে"],
  ["(?:ال)?(?:جواب|إجابة|اجابة)", "هو|هي|ہے"],
  ["ה?תשובה", "היא|הוא"],
  ["คำตอบ", "คือ"],
  ["đáp án|câu trả lời", "là"],
  ["jawabannya|jawaban|jawapannya|jawapan", "adalah|ialah"],
  ["jibu", "ni"],
  ["sagot", "ay"],
];

/** The words of all of these languages, as alternatives of a pattern. */
export const ANSWER_WORDS = WORDS.map(([answer]) => answer).join("|");

const LANGUAGES = WORDS.map(([answer, is]) => ({
  answer: new RegExp(`^(?:${answer})$`, "iu"),
  // Thai puts no space before a number, and Russian a dash in place of the verb.
  connector: new RegExp(`${is === "" ? "" : `(?<!\\p{L})(?:${is})(?!\\p{L})|`}[:：=⇒→—–]`, "u"),
}));

/** What connects a word for “answer” with the answer; undefined where the word is of none of these languages. */
export const connectorAfter = (word: string): RegExp | undefined =>
  LANGUAGES.find(({ answer }) => answer.test(word))?.connector;
