// npm start: installs what is missing, builds, and opens the samples in VS Code with the extension: in the desktop's
// `code` if there is one, else in a VS Code server whose address it prints.
//   npm start -- --server             the server, even where there is a desktop
//   npm start -- --port 8080          its port
//   npm start -- --folder ../prompts  another folder than the samples
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { once } from "node:events";
import path from "node:path";
import { parseArgs } from "node:util";
import { HarnessError, progress, runMain, runOrFail } from "./childProcesses.mjs";
import { findDesktopCode } from "./desktopCode.mjs";
import { buildBundles, installDependencies, root } from "./project.mjs";
import { samplesFolder } from "./sampleWorkspace.mjs";
import { startServer } from "./vscodeServer.mjs";

const FIRST_SAMPLE = "stories.prompt.md";

const OPTIONS = {
  folder: { type: "string", default: samplesFolder },
  "no-build": { type: "boolean", default: false },
  host: { type: "string", default: "127.0.0.1" },
  port: { type: "string", default: "0" },
  server: { type: "boolean", default: false },
};

await runMain(async () => {
  const { values } = parseArgs({ options: OPTIONS });
  const folder = path.resolve(values.folder);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new HarnessError(`${folder} is no folder: give one that exists to --folder.`);
  }
  await installDependencies();
  if (!values["no-build"]) await buildBundles();
  const code = values.server ? undefined : findDesktopCode();
  if (code) await openDesktop(code, folder);
  else await serve(folder, values);
});

async function openDesktop(code, folder) {
  const file = firstPrompt(folder);
  const args = ["--new-window", `--extensionDevelopmentPath=${root}`, folder, ...(file ? [file] : [])];
  await runOrFail("VS Code could not be opened: try npm start -- --server.", code, args, {
    shell: process.platform === "win32",
  });
  progress(`Opened ${path.relative(process.cwd(), folder) || "."} in VS Code, with the extension`);
}

async function serve(folder, { host, port }) {
  const token = randomBytes(16).toString("hex");
  const server = await startServer({ host, port: Number(port), token, extensions: [root] });
  const file = firstPrompt(folder);
  const url = server.urlOf(folder, file ? [["openFile", server.remoteUri(file)]] : []);
  process.stdout.write(`\nOpen in a browser (Ctrl-C stops VS Code ${server.installed.vscode}):\n\n  ${url}\n\n`);
  await once(server.child, "exit");
  throw new HarnessError("The VS Code server ended: run npm start again.");
}

function firstPrompt(folder) {
  const prompts = readdirSync(folder).filter((file) => file.endsWith(".prompt.md"));
  const name = prompts.includes(FIRST_SAMPLE) ? FIRST_SAMPLE : prompts.sort()[0];
  return name && path.join(folder, name);
}
