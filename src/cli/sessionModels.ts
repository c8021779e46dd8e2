/** The models that a command line names: what each name stands for, loaded once, and the strategies that run on them. */
import { statSync } from "node:fs";
import { homedir } from "node:os";
import { contenderName } from "../core/measure/contenders";
import type { ModelInfo, ModelReference } from "../core/protocol/engineApi";
import { addressOf } from "../core/protocol/modelName";
import { toErrorShape, type CallContext } from "../core/protocol/rpc";
import type { Engine } from "../engine/engine";
import { contendersOf, registered } from "../engine/strategies";
import type { Arguments } from "./arguments";
import { demandAlike, modelReference, partsOf, publicName, SharedModel, type NamedModel } from "./namedModels";
import { keyFor } from "./serverKey";

/** The cache has nothing of a model of the hub, or what another program needed of it. */
const ABSENT = ["model-not-downloaded", "model-incomplete"];

/** A strategy on one of the models. */
export interface Contender {
  /** Of the strategy, and where there are several models of that too. */
  readonly name: string;
  readonly strategy: string;
  readonly model: SharedModel;
}

interface ModelSurroundings {
  /** Says a sentence beside what the command is busy with. */
  say(sentence: string): void;
  /** Of a call to the engine. */
  context(): CallContext;
}

export class SessionModels {
  /** All that were named, and the last of them, which is the one of commands that take one. */
  readonly named: readonly NamedModel[];
  readonly last: ModelReference;
  private readonly loading = new Map<string, Promise<ModelInfo>>();

  constructor(
    private readonly engine: Engine,
    private readonly args: Arguments,
    private readonly around: ModelSurroundings,
  ) {
    const { key, origins = [] } = args.serverKey ?? {};
    for (const url of origins) engine.setServerKey({ url, key });
    this.named = args.models.map((name) => ({
      name: publicName(name),
      references: partsOf(name).map((part) => this.reference(part, args.dtype)),
    }));
    this.last = this.named.at(-1)!.references[0]!;
  }

  get references(): ModelReference[] {
    return this.named.flatMap(({ references }) => references);
  }

  /** What a name on the command line stands for. */
  reference(name: string, dtype: string | undefined): ModelReference {
    const reference = modelReference(name, dtype, { base: process.cwd(), home: homedir(), isFolder });
    const url = addressOf(reference);
    if (url === undefined) return reference;
    const { serverKey } = this.args;
    if (serverKey && keyFor(url, serverKey) === undefined) this.around.say(keptBack(url));
    return reference;
  }

  /** Loads a model; one that was named by its hub id and is not here is downloaded first. */
  load(model = this.last): Promise<ModelInfo> {
    const key = JSON.stringify(model);
    const loading = this.loading.get(key) ?? this.fetchAndLoad(model);
    this.loading.set(key, loading);
    return loading;
  }

  /**
   * The strategies on every model that was named, one that has contenders replaced by them: which they are, the model says.
   * @throws ActionableError `strategy-unsupported` where it has none
   */
  async contenders(strategies: readonly string[]): Promise<Contender[]> {
    const vary = strategies.some((name) => registered(name).variesBy !== undefined);
    const names = this.named.map(({ name }) => name);
    const found: Contender[] = [];
    for (const [at, model] of this.named.entries()) {
      const rows = vary ? (await this.load(model.references[0])).strategies : [];
      const silent = await demandAlike(
        model,
        (reference) => this.load(reference),
        (sentence) => this.around.say(sentence),
      );
      const shared = new SharedModel(model, silent);
      for (const strategy of contendersOf(strategies, rows, this.args.options))
        found.push({ name: contenderName(strategy, names, at), strategy, model: shared });
    }
    return found;
  }

  private async fetchAndLoad(model: ModelReference): Promise<ModelInfo> {
    const { engine, around } = this;
    try {
      return await engine.loadModel({ model }, around.context());
    } catch (error) {
      if (model.kind !== "hub" || !ABSENT.includes(toErrorShape(error).code)) throw error;
      const { id, revision, dtype } = model;
      const request = { id, ...(revision ? { revision } : {}) };
      const { licence, variants } = await engine.describeModel(request, around.context());
      const variant = variants.find((each) => dtype === undefined || each.dtype === dtype);
      if (variant) {
        const size = (variant.bytes / 1e6).toFixed(variant.bytes < 10e6 ? 1 : 0);
        around.say(`${id}: downloading ${variant.dtype}, ${size} MB, licence ${licence ?? "not stated"}`);
      }
      await engine.downloadModel({ ...request, ...(dtype ? { dtype } : {}) }, around.context());
      return engine.loadModel({ model }, around.context());
    }
  }
}

const keptBack = (url: string) =>
  `The server at ${new URL(url).host} is not given the key in THOUGHTLENS_SERVER_KEY: name it by --model or in THOUGHTLENS_SERVER if it is meant.`;

function isFolder(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
