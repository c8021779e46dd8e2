/** What is said at a terminal, or to a program behind a pipe. */

/** Control and format characters but the line break: a terminal would obey them, and models and files may say anything. */
const OBEYED = /(?!\n)[\p{Cc}\p{Cf}]/gu;

/** `text` without what a terminal would obey. Line breaks stay. */
export const plain = (text: string): string => text.replace(OBEYED, "");

export function print(text: string): void {
  process.stdout.write(`${plain(text)}\n`);
}

/** One JSON object, with what a terminal would obey as escapes: nothing of it is lost. */
export function printJson(value: unknown): void {
  const escaped = JSON.stringify(value, null, 2).replace(OBEYED, (character) =>
    Array.from({ length: character.length }, (_, unit) => {
      const code = character.charCodeAt(unit).toString(16).padStart(4, "0");
      return `\\u${code}`;
    }).join(""),
  );
  process.stdout.write(`${escaped}\n`);
}

export function complain(text: string): void {
  process.stderr.write(`${plain(text)}\n`);
}

/** Resolves when whoever reads has all that was said: a process that ends takes what a pipe has not taken with it. */
export async function printed(): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map(taken));
}

/** One that reads no more is not waited for. */
const taken = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    stream.once("error", () => resolve());
    stream.write("", () => resolve());
  });
