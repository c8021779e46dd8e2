import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { HarnessError, runOrFail, startProcess, stopProcess } from "./childProcesses.mjs";
import { installServer } from "./serverInstall.mjs";
import { deleteFolder, temporaryFolder } from "./temporaryFolder.mjs";

const QUIET_SETTINGS = {
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.settings.enableNaturalLanguageSearch": false,
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

/**
 * A running VS Code server for the browser, with a data folder of its own that is deleted by `stop()`.
 * `origin` is `http://host:port`; `log` is all that the server printed.
 */
class VscodeServer {
  constructor(installed, child, folders, origin, token) {
    this.installed = installed;
    this.child = child;
    this.folders = folders;
    this.origin = origin;
    this.token = token;
    this.log = "";
  }

  /** The address of a folder opened in the workbench; `payload` is a list of pairs as the workbench expects it. */
  urlOf(folder, payload = []) {
    const query = new URLSearchParams();
    if (this.token) query.set("tkn", this.token);
    query.set("folder", folder);
    if (payload.length > 0) query.set("payload", JSON.stringify(payload));
    return `${this.origin}/?${query.toString().replaceAll("%2F", "/")}`;
  }

  /** The address that names a path of this machine inside the workbench. */
  remoteUri(file) {
    return `vscode-remote://${new URL(this.origin).host}${file}`;
  }

  async stop() {
    await stopProcess(this.child);
    deleteFolder(this.folders.root);
  }
}

/**
 * Sets the server up if need be and starts it.
 * - `port` 0 picks a free one; `token` guards the address (without one anybody on this machine may connect).
 * - `settings` are user settings, `machineSettings` those of this machine; `vsix` lists packages to install, `extensions` folders to offer as if installed.
 * - `testing` honours the test payload of an address; `trustAll` leaves the question of Workspace Trust out.
 */
export async function startServer({
  host = "127.0.0.1",
  port = 0,
  token,
  settings = {},
  machineSettings = {},
  vsix = [],
  extensions = [],
  testing = false,
  trustAll = true,
  env = {},
} = {}) {
  const installed = await installServer();
  const folders = createFolders({ ...QUIET_SETTINGS, ...settings }, machineSettings);
  for (const folder of extensions) linkExtension(folders.extensions, folder);
  const common = [
    "--server-data-dir",
    folders.root,
    "--user-data-dir",
    folders.data,
    "--extensions-dir",
    folders.extensions,
  ];
  const environment = serverEnvironment(env);
  for (const file of vsix) await installVsix(installed, file, common, environment);
  const args = [
    installed.main,
    ...["--host", host, "--port", String(port)],
    ...(token ? ["--connection-token", token] : ["--without-connection-token"]),
    ...common,
    ...["--accept-server-license-terms", "--telemetry-level", "off"],
    ...(trustAll ? ["--disable-workspace-trust"] : []),
    ...(testing ? ["--enable-smoke-test-driver"] : []),
  ];
  const child = startProcess(installed.node, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const server = new VscodeServer(installed, child, folders, "", token);
  server.origin = `http://${host === "0.0.0.0" ? "localhost" : host}:${await announcedPort(server)}`;
  return server;
}

function createFolders(settings, machineSettings) {
  const root = temporaryFolder("vscode");
  const folders = { root, data: path.join(root, "data"), extensions: path.join(root, "extensions") };
  mkdirSync(path.join(folders.data, "User"), { recursive: true });
  mkdirSync(path.join(folders.data, "Machine"));
  mkdirSync(folders.extensions);
  writeFileSync(path.join(folders.data, "User", "settings.json"), JSON.stringify(settings, null, 2));
  writeFileSync(path.join(folders.data, "Machine", "settings.json"), JSON.stringify(machineSettings, null, 2));
  return folders;
}

function linkExtension(extensions, folder) {
  const { publisher, name, version } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  symlinkSync(folder, path.join(extensions, `${publisher}.${name}-${version}`), "dir");
}

function serverEnvironment(extra) {
  const env = { ...process.env, ...extra };
  // Set when we are started from a VS Code terminal: with them the server would talk to that window.
  for (const name of Object.keys(env)) {
    if (/^(VSCODE_|ELECTRON_RUN_AS_NODE$|npm_)/.test(name)) delete env[name];
  }
  return env;
}

async function installVsix(installed, file, common, env) {
  const args = [installed.main, "--install-extension", file, "--accept-server-license-terms", ...common];
  await runOrFail(`${path.basename(file)} could not be installed: package it again.`, installed.node, args, { env });
}

function announcedPort(server) {
  return new Promise((resolve, reject) => {
    const fail = (reason) => reject(new HarnessError(`The VS Code server ${reason}\n${server.log}`));
    const timer = setTimeout(() => fail("did not start within 300 s: try again."), 300_000);
    const read = (chunk) => {
      server.log += chunk;
      const port = /Extension host agent listening on (\d+)/.exec(server.log)?.[1];
      if (!port) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    server.child.stdout.setEncoding("utf8").on("data", read);
    server.child.stderr.setEncoding("utf8").on("data", read);
    server.child.once("exit", (code) => {
      clearTimeout(timer);
      fail(`ended with code ${code}: is the port taken?`);
    });
  });
}
