/** The entry of the webview: connects a page to the editor. */
import "./dom/language";
import type { FromPanel, ToPanel } from "../src/core/protocol/panelApi";
import type { FromRuns, ToRuns } from "../src/core/protocol/runsApi";
import { connectHost, type Host } from "./parts/host";
import { RunsPage } from "./runs/runsPage";
import { Panel } from "./shell/panel";
import "./charts/palette.css";
import "./dom/controls.css";
import "./dom/tip.css";
import "./parts/checkChip.css";
import "./parts/emptyState.css";
import "./parts/exitMark.css";
import "./parts/stepMark.css";
import "./parts/figureFrame.css";
import "./parts/figureList.css";
import "./parts/fileDrop.css";
import "./parts/swatch.css";
import "./parts/termTip.css";
import "./parts/tokens.css";
import "./shell/notices.css";
import "./shell/panel.css";
import "./shell/tabs.css";
import "./bench/benchView.css";
import "./bench/questionTable.css";
import "./compare/answerLine.css";
import "./compare/blockView.css";
import "./compare/columnHead.css";
import "./compare/columnNotes.css";
import "./compare/compareBar.css";
import "./compare/compareView.css";
import "./compare/gridView.css";
import "./compare/keyHelp.css";
import "./compare/minimap.css";
import "./compare/overviewTable.css";
import "./compare/rowView.css";
import "./compare/searchBar.css";
import "./compare/tokenTip.css";
import "./compare/toolCall.css";
import "./exits/exitControls.css";
import "./exits/exitPanel.css";
import "./exits/ruleChoice.css";
import "./latents/latentView.css";
import "./latents/projectionPanel.css";
import "./rendered/rendered.css";
import "./runs/runsGrid.css";
import "./runs/runsPage.css";
import "./samples/samplesView.css";

/** Shows one of the pages, which the host names in the body. */
function show<Incoming, Outgoing>(
  make: (host: Host<Outgoing>) => { readonly element: HTMLElement; receive(message: Incoming): void },
  said: { ready: Outgoing; failed(message: string): Outgoing },
): void {
  const host = connectHost<Outgoing>();
  const page = make(host);
  document.body.append(page.element);
  window.addEventListener("message", (event: MessageEvent<Incoming>) => page.receive(event.data));
  window.addEventListener("error", (event) => host.post(said.failed(String(event.message))));
  window.addEventListener("unhandledrejection", (event) => host.post(said.failed(String(event.reason))));
  host.post(said.ready);
}

const said = {
  ready: { type: "ready" },
  failed: (message: string) => ({ type: "failed" as const, message }),
} as const;
if (document.body.dataset["page"] === "runs") show<ToRuns, FromRuns>((host) => new RunsPage(host), said);
else show<ToPanel, FromPanel>((host) => new Panel(host), said);
