/** Links to a step of a trace, as `vscode://thoughtlens.thoughtlens/trace?run=…&at=57`. */
import * as vscode from "vscode";

/** @param reveal shows position `at` of a run's trace */
export function openLinks(reveal: (run: string, at: number) => void): vscode.Disposable {
  return vscode.window.registerUriHandler({
    handleUri: ({ path, query }) => {
      if (path !== "/trace") return;
      const parameters = new URLSearchParams(query);
      const run = parameters.get("run");
      const at = Number(parameters.get("at"));
      if (run === null || !Number.isSafeInteger(at) || at < 0) return;
      reveal(run, at);
    },
  });
}
