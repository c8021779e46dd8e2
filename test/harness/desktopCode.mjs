import { findOnPath } from "./executables.mjs";

const PROGRAMS = process.platform === "win32" ? ["code.cmd", "code-insiders.cmd"] : ["code", "code-insiders"];

/**
 * Path of the desktop's `code` command, or undefined where it could open no window: without a display, in the terminal
 * of a remote VS Code (whose `code` knows no development extensions) and in WSL (whose `code` lives in Windows).
 */
export function findDesktopCode() {
  const { DISPLAY, WAYLAND_DISPLAY, VSCODE_IPC_HOOK_CLI, WSL_DISTRO_NAME } = process.env;
  if (process.platform === "linux" && !DISPLAY && !WAYLAND_DISPLAY) return undefined;
  if (VSCODE_IPC_HOOK_CLI || WSL_DISTRO_NAME) return undefined;
  return findOnPath(PROGRAMS)[0];
}
