/** What a workspace or a trace names is asked about once, by its name, before it is opened; a person may take it back. */
import { homedir } from "node:os";
import * as vscode from "vscode";
import { ActionableError } from "../../core/protocol/rpc";
import { publicAddress } from "../../core/text/publicAddress";
import { modelPlaces, namedPlaces, type NamedPlace } from "./namedPlaces";
import { modelNamed, settings } from "./settings";
import { inWords, l10n, type Sentence } from "../../core/text/l10n";
import { pickSeveral } from "./listPick";

const KEY = "thoughtlens.allowedNames";
/** More than these are not remembered: the oldest go. */
const MOST_REMEMBERED = 200;

/** What each would do. */
const MEANING: Record<NamedPlace["kind"], string> = {
  "model folder": vscode.l10n.t("Its model would run on this machine. Allow it only if you know where it comes from."),
  server: vscode.l10n.t("What you trace would be sent to it. Allow it only if you know whose it is."),
  file: vscode.l10n.t("A strategy would read it. Allow it only if you know where it comes from."),
};

export class NamedTrust {
  /** Questions that are open, by key: one that is asked twice at once is one. */
  private readonly asking = new Map<string, Promise<boolean>>();

  /**
   * @param memory the person's, for all workspaces
   * @param kept where this extension keeps what it made itself
   */
  constructor(
    private readonly memory: vscode.Memento,
    private readonly kept: string,
  ) {}

  /**
   * Asks for what the request names and nobody has allowed yet.
   * @param request what goes to the engine
   * @throws ActionableError `name-not-allowed`
   */
  async demand(request: unknown): Promise<void> {
    const own = { model: settings.model(), options: settings.ownStrategyOptions(), home: homedir(), kept: this.kept };
    for (const place of namedPlaces(request, own)) await this.demandPlace(place);
  }

  /** A person chose this model in a list or a dialog: it need not be asked for. */
  async allowChosen(model: string): Promise<void> {
    for (const place of modelPlaces(modelNamed(model))) await this.allow(place);
  }

  /** Lets a person take back what was allowed. */
  async review(): Promise<void> {
    if (this.all.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t("No folder, server or file that a workspace names was allowed."),
      );
      return;
    }
    const rows = this.all.map((key) => ({ label: key, picked: true }));
    const stays = await pickSeveral(rows, {
      title: vscode.l10n.t("Allowed Folders, Servers and Files"),
      placeHolder: vscode.l10n.t("What is not chosen is asked about again"),
    });
    if (stays)
      await this.memory.update(
        KEY,
        stays.map(({ label }) => label),
      );
  }

  private async demandPlace(place: NamedPlace): Promise<void> {
    const key = keyOf(place);
    if (this.all.includes(key)) return;
    const asking = this.asking.get(key) ?? this.ask(place).finally(() => this.asking.delete(key));
    this.asking.set(key, asking);
    if (await asking) return;
    throw new ActionableError(
      "name-not-allowed",
      l10n.later`The ${placeWords(place)} was not allowed.`,
      "Try again and allow it, or name it in your own settings.",
    );
  }

  private async ask(place: NamedPlace): Promise<boolean> {
    const question = inWords(
      l10n.later`Use the ${placeWords(place)}? This workspace names it, and your own settings do not.`,
    );
    const notNow: vscode.MessageItem = { title: vscode.l10n.t("Not Now"), isCloseAffordance: true };
    const allow: vscode.MessageItem = { title: vscode.l10n.t("Allow") };
    const options = { modal: true, detail: MEANING[place.kind] };
    if ((await vscode.window.showWarningMessage(question, options, allow, notNow)) !== allow) return false;
    await this.allow(place);
    return true;
  }

  private allow(place: NamedPlace): Thenable<void> {
    const key = keyOf(place);
    return this.memory.update(KEY, [...this.all.filter((each) => each !== key), key].slice(-MOST_REMEMBERED));
  }

  private get all(): string[] {
    return this.memory.get<string[]>(KEY, []);
  }
}

/** As a person reads it, and as it is remembered: no key of an address is shown or kept. */
const shownName = (name: string): string => (name.includes("://") ? publicAddress(name) : name);

/** As a question and an error name it. */
function placeWords({ kind, name }: NamedPlace): Sentence {
  const shown = shownName(name);
  switch (kind) {
    case "model folder":
      return l10n.later`model folder ${shown}`;
    case "server":
      return l10n.later`server ${shown}`;
    case "file":
      return l10n.later`file ${shown}`;
  }
}

const keyOf = ({ kind, name }: NamedPlace): string => `${kind} ${shownName(name)}`;
