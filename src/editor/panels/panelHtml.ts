/** The page of a trace view: the webview's bundle, its styles, and nothing else may load. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

/** Lets `webview` load the bundle, and gives it the page: traces, or the table of all runs. */
export function fillWebview(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  page: "traces" | "runs" = "traces",
): void {
  const dist = vscode.Uri.joinPath(extensionUri, "dist");
  webview.options = { enableScripts: true, localResourceRoots: [dist] };
  const nonce = randomBytes(24).toString("base64url");
  const address = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    // Pictures are drawn from the page's own SVG when they are exported.
    "img-src blob: data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  // Undefined where the editor speaks English.
  const { bundle } = vscode.l10n;
  webview.html = `<!DOCTYPE html>
<html lang="${bundle ? vscode.env.language : "en"}">
  <head>
    <meta charset="UTF-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <link rel="stylesheet" href="${address("webview.css")}">
    <title>Thoughtlens</title>
  </head>
  <body data-page="${page}">
    <script type="application/json" id="l10n">${json(bundle ?? {})}</script>
    <script nonce="${nonce}" src="${address("webview.js")}"></script>
  </body>
</html>`;
}

/** As data of a page, which no text in it can end. */
const json = (value: object): string => JSON.stringify(value).replaceAll("<", "\\u003c");
