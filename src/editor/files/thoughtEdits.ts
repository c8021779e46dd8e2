/**
 * Thoughts that a person edits before a run goes on from them: what the model wrote stands on the left of a diff and cannot
 * be changed, what is to stand in its place on the right. Both live in memory, under a scheme of their own.
 */
import * as vscode from "vscode";

const THOUGHT_SCHEME = "thoughtlens-thought";

interface Thought {
  bytes: Uint8Array;
  time: number;
}

export class ThoughtEdits implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changed.event;
  private readonly registration = vscode.workspace.registerFileSystemProvider(THOUGHT_SCHEME, this, {
    isCaseSensitive: true,
  });
  private readonly thoughts = new Map<string, Thought>();
  private readonly places = new Map<string, { run: string; at: number }>();
  private count = 0;

  /** Opens the text before a place of a run to be edited. */
  async open(place: { run: string; at: number }, text: string): Promise<void> {
    this.count += 1;
    const uri = (name: string) => vscode.Uri.from({ scheme: THOUGHT_SCHEME, path: `/${this.count}/${name}` });
    const [before, after] = [uri("as written.md"), uri("thought so far.md")];
    for (const each of [before, after])
      this.thoughts.set(each.path, { bytes: Buffer.from(text, "utf8"), time: Date.now() });
    this.places.set(after.path, place);
    await vscode.commands.executeCommand(
      "vscode.diff",
      before,
      after,
      vscode.l10n.t("Edit the Thought, Then Continue from Here"),
      {
        preview: false,
      },
    );
  }

  /** What was made of a thought, and the place that it belongs to; undefined where the address is none of an edit. */
  edited(uri: vscode.Uri): { run: string; at: number; text: string } | undefined {
    const place = uri.scheme === THOUGHT_SCHEME ? this.places.get(uri.path) : undefined;
    if (!place) return undefined;
    const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
    const text = document?.getText() ?? Buffer.from(this.thoughts.get(uri.path)!.bytes).toString("utf8");
    return { ...place, text: text.replace(/\r\n/g, "\n") };
  }

  /** Closes the diff in which a thought was edited; nothing of it is asked about. What was made of it stays at hand. */
  async close(uri: vscode.Uri): Promise<void> {
    const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
    await document?.save();
    const tabs = vscode.window.tabGroups.all.flatMap(({ tabs: each }) => each);
    const own = tabs.filter(
      ({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.toString() === uri.toString(),
    );
    await vscode.window.tabGroups.close(own);
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const { bytes, time } = this.found(uri);
    const isEdited = this.places.has(uri.path);
    return {
      ...{ type: vscode.FileType.File, ctime: time, mtime: time, size: bytes.length },
      ...(isEdited ? {} : { permissions: vscode.FilePermission.Readonly }),
    };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return this.found(uri).bytes;
  }

  writeFile(uri: vscode.Uri, bytes: Uint8Array): void {
    if (!this.places.has(uri.path)) throw vscode.FileSystemError.NoPermissions(uri);
    Object.assign(this.found(uri), { bytes, time: Date.now() });
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  /** Those of an earlier session are gone with it. */
  private found(uri: vscode.Uri): Thought {
    const thought = this.thoughts.get(uri.path);
    if (thought) return thought;
    throw vscode.FileSystemError.FileNotFound(uri);
  }
}
