/** Turns as every chat template knows them: what a developer, a tool or a call says, put into words of the other roles. */
import type { Message, ToolCall } from "./trace";

export type SpokenTurn = Message & { role: "system" | "user" | "assistant" };

/** A call as one line, as in `search({"query":"jars"})`. */
export const callText = ({ name, arguments: given }: ToolCall): string => `${name}(${given})`;

/** @returns turns of system, user and assistant alone: templates and servers refuse roles that they were not made for */
export function spokenTurns(messages: readonly Message[]): SpokenTurn[] {
  return messages.map(({ role, content, calls = [], name }): SpokenTurn => {
    switch (role) {
      case "developer":
        return { role: "system", content };
      case "tool":
        return { role: "user", content: `Result of ${name ?? "the tool"}:\n${content}` };
      default:
        return { role, content: [content, ...calls.map(callText)].filter((each) => each !== "").join("\n\n") };
    }
  });
}
