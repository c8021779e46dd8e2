/** The extension host speaks the language of the editor: whoever starts it imports this first. */
import * as vscode from "vscode";
import { translateWith } from "../../core/text/l10n";

translateWith((key, ...values) => vscode.l10n.t(key, ...values));
