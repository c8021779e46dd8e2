/** The entry of the webview: connects the panel to the editor. */
import type { ToPanel } from "../src/core/protocol/panelApi";
import { connectHost } from "./parts/host";
import { Panel } from "./shell/panel";
import "./shell/panel.css";
import "./bench/bench.css";
import "./compare/compare.css";
import "./exits/exits.css";
import "./parts/figures.css";
import "./latents/latents.css";
import "./parts/marks.css";

const host = connectHost();
const panel = new Panel(host);
document.body.append(panel.element);

window.addEventListener("message", (event: MessageEvent<ToPanel>) => panel.receive(event.data));
window.addEventListener("error", (event) => host.post({ type: "failed", message: String(event.message) }));
window.addEventListener("unhandledrejection", (event) => host.post({ type: "failed", message: String(event.reason) }));
host.post({ type: "ready" });
