/** Decoders on a loopback server and on the same model here, for tests that compare them. */
import path from "node:path";
import type { Message, TraceEvent } from "../../../src/core/trace/trace";
import { LocalDecoder } from "../../../src/engine/decoding/localDecoder";
import type { OnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { Recorder } from "../../../src/engine/decoding/recorder";
import { ServerClient } from "../../../src/engine/backends/remote/serverClient";
import type { ServerLimits } from "../../../src/engine/backends/remote/serverLimits";
import { ServerModel } from "../../../src/engine/backends/remote/serverModel";
import type { ServerApi } from "../../../src/engine/backends/remote/serverDiscovery";
import { Structure } from "../../../src/engine/decoding/structure";
import type { Decoder } from "../../../src/engine/decoding/decoder";
import type { DecoderOptions } from "../../../src/engine/decoding/decoderOptions";
import type { Dialect } from "./loopbackServer";
import { LoopbackServer } from "./loopbackServer";

export const TINY = path.resolve("test/fixtures/models/tiny");
export const MESSAGES: Message[] = [
  { role: "system", content: "Think briefly." },
  { role: "user", content: "Mia has twelve apples and gives three of them away." },
];
/** Short between pieces, so that a silent server is noticed soon; long for a first byte on a busy machine. */
export const LIMITS: Partial<ServerLimits> = { first: 5000, next: 700, attempts: 3, pause: 5 };

export class ServerBench {
  server!: LoopbackServer;
  /** What the decoders recorded. */
  events: TraceEvent[] = [];
  controller = new AbortController();

  private constructor(readonly model: OnnxModel) {}

  static async open(): Promise<ServerBench> {
    return new ServerBench(await loadOnnxModel(TINY, { threads: 1 }));
  }

  /** Before each test. */
  reset(): void {
    this.events = [];
    this.controller = new AbortController();
  }

  async start(dialect: Dialect): Promise<LoopbackServer> {
    this.server = await LoopbackServer.start(this.model, dialect);
    return this.server;
  }

  async connect(dialect: Dialect, api?: ServerApi): Promise<ServerModel> {
    const { url } = await this.start(dialect);
    return ServerModel.connect(new ServerClient(url, "sk-test", LIMITS), { api }, this.controller.signal);
  }

  async decoder(dialect: Dialect, api?: ServerApi): Promise<Decoder> {
    return (await this.connect(dialect, api)).decoder(this.recorder(), this.decoderOptions());
  }

  local(): LocalDecoder {
    return new LocalDecoder(this.model, this.recorder(), this.decoderOptions());
  }

  decoderOptions(): DecoderOptions {
    return { signal: this.controller.signal, random: Math.random, seed: 7 };
  }

  /** Resolves once the server has seen that many streams ended by us; a test's own time limit ends the wait. */
  async abandoned(count: number): Promise<void> {
    while (this.server.abandoned < count) await new Promise((resolve) => setTimeout(resolve, 5).unref());
  }

  private recorder(): Recorder {
    return new Recorder((batch) => this.events.push(...batch), new Structure("step"));
  }
}
