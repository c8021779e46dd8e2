// npm run test:server: strategies over a real completion server, llama.cpp's, with a real model, in one command.
//   npm run test:server -- --record          and keep the wire in test/fixtures/wire, which the unit tests replay
//   npm run test:server -- --grep DEER       tests whose title contains the text
// THOUGHTLENS_LLAMA_SERVER and THOUGHTLENS_SMOLLM2 name a llama-server and a folder with model.gguf that are there already.
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { progress, runCommand, runMain } from "../harness/childProcesses.mjs";
import { installDependencies, root } from "../harness/project.mjs";
import { printSummary, readResult } from "../harness/suiteResult.mjs";
import { llamaServer, smolLm2Gguf, startLlamaServer } from "./llamaCpp.mjs";

const TEST_MS = 300_000;

await runMain(async () => {
  const { values } = parseArgs({
    options: { record: { type: "boolean", default: false }, grep: { type: "string" } },
  });
  await installDependencies();
  const [binary, gguf] = [await llamaServer(), await smolLm2Gguf()];
  progress("Starting llama-server");
  const server = await startLlamaServer(binary, gguf);
  const reasoning = await startLlamaServer(binary, gguf, path.join(root, "test/server/reasoning.jinja"));
  try {
    const startedAt = Date.now();
    const loader = pathToFileURL(path.join(root, "node_modules/tsx/dist/loader.mjs")).href;
    const { output } = await runCommand(
      process.execPath,
      [
        ...["--import", loader, path.join(root, "test/harness/runMocha.mjs"), "--timeout", String(TEST_MS)],
        ...(values.grep ? ["--grep", values.grep] : []),
        "test/server/llamaServer.test.ts",
      ],
      {
        cwd: root,
        show: true,
        timeoutMs: 60 * 60_000,
        env: {
          ...process.env,
          THOUGHTLENS_TEST_SERVER: server.url,
          THOUGHTLENS_TEST_SERVER_REASONING: reasoning.url,
          // Where the weights lie on this machine is nobody's business.
          THOUGHTLENS_TEST_SERVER_SECRET: path.dirname(gguf),
          ...(values.record ? { THOUGHTLENS_RECORD_WIRE: path.join(root, "test/fixtures/wire") } : {}),
        },
      },
    );
    return printSummary([readResult("server", output, startedAt)]);
  } finally {
    await server.stop();
    await reasoning.stop();
  }
});
