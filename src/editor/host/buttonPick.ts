/** Lists to pick from whose rows have a button of their own, which `showQuickPick` cannot have. */
import * as vscode from "vscode";

interface PickWords {
  readonly title: string;
  readonly placeholder: string;
  /** Whether rows are ticked; those with `picked` are from the beginning. */
  readonly many?: boolean;
}

export interface Picking<Row> {
  /** The row that was chosen, or all that are ticked. */
  readonly picked: readonly Row[];
  /** Whose button was pressed, which chooses nothing. */
  readonly pressed?: Row;
}

/**
 * @param rows may take their time: the list stands meanwhile
 * @returns undefined where the person left it
 */
export function pickOrPress<Row extends vscode.QuickPickItem>(
  rows: Promise<readonly Row[]>,
  { title, placeholder, many = false }: PickWords,
): Promise<Picking<Row> | undefined> {
  return new Promise((resolve, reject) => {
    const list = vscode.window.createQuickPick<Row>();
    Object.assign(list, {
      title,
      placeholder,
      canSelectMany: many,
      matchOnDetail: true,
      ignoreFocusOut: true,
      busy: true,
    });
    let isOpen = true;
    const close = (settle: () => void): void => {
      if (!isOpen) return;
      isOpen = false;
      settle();
      list.dispose();
    };
    list.onDidAccept(() => {
      const picked = list.selectedItems;
      if (many || picked.length > 0) close(() => resolve({ picked }));
    });
    list.onDidTriggerItemButton(({ item }) => close(() => resolve({ picked: list.selectedItems, pressed: item })));
    list.onDidHide(() => close(() => resolve(undefined)));
    list.show();
    rows.then(
      (items) => {
        if (!isOpen) return;
        list.items = items;
        if (many) list.selectedItems = items.filter(({ picked }) => picked);
        list.busy = false;
      },
      (error: unknown) => close(() => reject(error instanceof Error ? error : new Error(String(error)))),
    );
  });
}
