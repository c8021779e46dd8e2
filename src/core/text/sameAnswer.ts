/** Whether two answers of a model are one: in words, or as a grader sees them. */
import { gradeAnswer } from "./answer";

const plain = (answer: string): string => answer.replace(/\s+/g, " ").trim().toLowerCase();

/** Answers that cannot be compared are not the same. */
export const isSameAnswer = (a: string, b: string): boolean =>
  plain(a) === plain(b) || gradeAnswer(`\\boxed{${a}}`, b) === true;
