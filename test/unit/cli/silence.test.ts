import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { BundledCli } from "./bundledCli";

const DATA = path.resolve("bench/data/gsm8k.train.jsonl");
const PROMPT = path.resolve("media/samples/cups.prompty");
/** Seconds after which onnxruntime, where nobody silenced it, has looked its maker's host up. */
const TELEMETRY_SECONDS = 12;

/** A network of its own in which every address is this machine, so that nothing leaves and everything is counted. */
const ALONE = "ip link set lo up && ip route add local 0.0.0.0/0 dev lo && ip -6 route add local ::/0 dev lo;";
const canBeAlone = spawnSync("unshare", ["-rn", "bash", "-c", ALONE]).status === 0;

interface Traffic {
  /** What the commands printed. */
  output: string;
  /** Datagrams (look-ups of names among them) and connections that were begun. */
  datagrams: number;
  connections: number;
  seconds: number;
}

/**
 * Runs `script` in such a network, with `home` for everything that programs keep of a person's. The variable is the
 * product's to set: what the test harness has set is taken away.
 */
async function alone(script: string, home: string): Promise<Traffic> {
  const started = performance.now();
  // The runtime is silent by itself on machines that only test, which this one must not look like.
  const told = ["ORT_DISABLE_TELEMETRY", "CI", "GITHUB_ACTIONS", "TF_BUILD", "GITLAB_CI", "JENKINS_URL"];
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !told.includes(name)));
  const env = { ...inherited, HOME: home, XDG_CACHE_HOME: path.join(home, ".cache") };
  const child = spawn(
    "unshare",
    ["-rn", "bash", "-c", `${ALONE} ${script}; echo; cat /proc/net/snmp /proc/net/snmp6`],
    {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let output = "";
  child.stdout.on("data", (part: Buffer) => (output += String(part)));
  await once(child, "close");
  const count = (protocol: string, name: string) => {
    const [names, values] = output.split("\n").filter((line) => line.startsWith(`${protocol}:`));
    return Number(values!.split(" ")[names!.split(" ").indexOf(name)]);
  };
  const count6 = Number(/^Udp6OutDatagrams\s+(\d+)/m.exec(output)?.[1] ?? 0);
  return {
    output,
    datagrams: count("Udp", "OutDatagrams") + count6,
    connections: count("Tcp", "ActiveOpens"),
    seconds: (performance.now() - started) / 1000,
  };
}

const filesBelow = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }).sort() : [];

// Only Linux lets a test have a network of its own; elsewhere there is nothing to count with.
(canBeAlone ? describe : describe.skip)("a run that nobody told to use the network", function () {
  this.timeout(180_000);
  let folder: string;
  let cli: BundledCli;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "thoughtlens-silence-"));
    cli = await BundledCli.build(folder, {});
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("looks nothing up, connects to nothing, and writes into its own folder only", async () => {
    const home = path.join(folder, "silent");
    const bench = cli.command("bench", "--data", DATA, "--limit", "1", "--strategies", "chain-of-thought,deer");
    const compare = cli.command("compare", PROMPT, "--strategies", "chain-of-thought,coconut");
    // A run that is done early stays until the runtime would have spoken.
    const stay = path.join(folder, "stay.cjs");
    await writeFile(
      stay,
      `const { exit } = process; process.exit = (code) => setTimeout(exit, ${TELEMETRY_SECONDS * 1000} - performance.now(), code);`,
    );
    const script = `export NODE_OPTIONS='--require ${stay}'; ${bench} 2>/dev/null & ${compare} 2>/dev/null; wait`;
    const { output, datagrams, connections, seconds } = await alone(script, home);
    assert.match(output, /1 questions?/);
    assert.match(output, /coconut/i);
    assert.ok(seconds >= TELEMETRY_SECONDS);
    assert.deepEqual({ datagrams, connections }, { datagrams: 0, connections: 0 });
    const foreign = filesBelow(home).filter((file) => !/^\.cache(\/thoughtlens(\/|$)|$)/.test(file));
    assert.deepEqual(foreign, []);
  });

  it("is told from one that speaks: the runtime as it comes does", async () => {
    const runtime = path.resolve("node_modules/onnxruntime-node");
    const model = path.resolve("models/pocket/base/onnx/model.onnx");
    const program = `require(${JSON.stringify(runtime)}).InferenceSession.create(${JSON.stringify(model)}); setTimeout(() => process.exit(), ${TELEMETRY_SECONDS * 1000})`;
    const home = path.join(folder, "speaking");
    const { datagrams } = await alone(`node -e '${program}'`, home);
    assert.ok(datagrams > 0, "the runtime has become silent by itself: this test proves nothing any more");
    assert.ok(filesBelow(home).some((file) => file.includes("deviceid")));
  });
});

describe("the runtime of models", () => {
  it("is loaded in one place, which silences it first", () => {
    const loading = readdirSync("src", { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .filter((file) =>
        /(^(import|export) (?!type)[^;]*|\()"onnxruntime-node"/m.test(readFileSync(path.join("src", file), "utf8")),
      );
    assert.deepEqual(loading, [path.join("engine", "backends", "onnx", "runtime.ts")]);
  });
});
