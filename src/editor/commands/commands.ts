/**
 * All commands, as typed functions for the parts of this process and under their names for everybody else. What goes
 * wrong reaches the person as one sentence.
 */
import * as vscode from "vscode";
import type { Messages } from "../host/messages";
import type { Command, CommandParts } from "./commandParts";
import { deleteCommands } from "./deleteCommands";
import { runCommands } from "./runCommands";
import { toolCommands } from "./toolCommands";
import { traceCommands } from "./traceCommands";

/** The same functions, except that they never throw: what went wrong was shown, and gives undefined. */
type Shown<C> = {
  readonly [Name in keyof C]: C[Name] extends (...given: never) => infer Result
    ? (argument?: unknown, more?: unknown) => Promise<Awaited<Result> | undefined>
    : never;
};

export type Commands = ReturnType<typeof commandsOf>;

export function commandsOf(parts: CommandParts) {
  return shown(
    { ...runCommands(parts), ...traceCommands(parts), ...deleteCommands(parts), ...toolCommands(parts) },
    parts.messages,
  );
}

/** @returns what unregisters them */
export function registerCommands(commands: Commands): vscode.Disposable {
  const registered = Object.entries(commands).map(([name, command]) =>
    vscode.commands.registerCommand(`thoughtlens.${name}`, command),
  );
  return vscode.Disposable.from(...registered);
}

function shown<C extends Record<string, Command>>(commands: C, messages: Messages): Shown<C> {
  const entries = Object.entries(commands).map(([name, command]) => [
    name,
    (argument: unknown, more: unknown) => messages.attempt(() => command(argument, more)),
  ]);
  return Object.fromEntries(entries) as Shown<C>;
}
