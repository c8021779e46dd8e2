/** The extension host as the webview sees it: typed messages out, and view state that outlives a reload. */
import type { FromPanel } from "../../src/core/protocol/panelApi";

interface VsCodeApi<Message> {
  postMessage(message: Message): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi<Message>(): VsCodeApi<Message>;

/** @typeParam Message what the page says */
export interface Host<Message = FromPanel> {
  post(message: Message): void;
  readState(): unknown;
  writeState(state: unknown): void;
}

/** May be called once in the life of a webview. */
export function connectHost<Message>(): Host<Message> {
  const api = acquireVsCodeApi<Message>();
  return {
    post: (message) => api.postMessage(message),
    readState: () => api.getState(),
    writeState: (state) => api.setState(state),
  };
}
