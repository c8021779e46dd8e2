/**
 * Lists to pick from. They stay where the focus goes elsewhere, as questions for a text do: a page that had it takes it back a
 * moment after a command began, and a list that closes then is gone before it was seen. Escape closes them.
 */
import * as vscode from "vscode";

type Rows<Row> = readonly Row[] | Thenable<readonly Row[]>;

/** @returns the row that a person chose; undefined where none was */
export const pickOne = <Row extends vscode.QuickPickItem>(
  rows: Rows<Row>,
  options: vscode.QuickPickOptions,
): Thenable<Row | undefined> => vscode.window.showQuickPick(rows, { ignoreFocusOut: true, ...options });

/** @returns the rows that are ticked; undefined where the list was closed */
export const pickSeveral = <Row extends vscode.QuickPickItem>(
  rows: Rows<Row>,
  options: vscode.QuickPickOptions,
): Thenable<Row[] | undefined> =>
  vscode.window.showQuickPick(rows, { ignoreFocusOut: true, ...options, canPickMany: true });
