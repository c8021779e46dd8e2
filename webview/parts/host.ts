/** The extension host as the webview sees it: typed messages out, and view state that outlives a reload. */
import type { FromPanel } from "../../src/core/protocol/panelApi";

interface VsCodeApi {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface Host {
  post(message: FromPanel): void;
  readState(): unknown;
  writeState(state: unknown): void;
}

/** May be called once in the life of a webview. */
export function connectHost(): Host {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    readState: () => api.getState(),
    writeState: (state) => api.setState(state),
  };
}
