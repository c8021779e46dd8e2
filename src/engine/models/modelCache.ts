/** The models that are loaded, with the least recently used given up when memory runs short. */

/** Something loaded that takes memory. */
export interface Resident {
  /** About what it takes in memory; 0 for what is somewhere else. */
  readonly bytes: number;
  dispose(): Promise<void>;
}

export class ModelCache<Model extends Resident> {
  /** In order of use, the latest last. */
  private readonly models = new Map<string, Model>();

  /** @param mostBytes of all models together; one model is kept whatever its size */
  constructor(private readonly mostBytes: number) {}

  /** The model under `key`, loaded when it is not there. A load that fails leaves the others alone. */
  async get(key: string, load: () => Promise<Model>): Promise<Model> {
    const model = this.models.get(key) ?? (await load());
    this.models.delete(key);
    this.models.set(key, model);
    await this.trim();
    return model;
  }

  /** Disposes of those that `isMeant` says, all by default. */
  async close(isMeant: (model: Model) => boolean = () => true): Promise<void> {
    const meant = [...this.models].filter(([, model]) => isMeant(model));
    for (const [key] of meant) this.models.delete(key);
    for (const [, model] of meant) await model.dispose();
  }

  private async trim(): Promise<void> {
    const heavy = [...this.models].filter(([, { bytes }]) => bytes > 0);
    let total = heavy.reduce((sum, [, { bytes }]) => sum + bytes, 0);
    for (const [key, model] of heavy.slice(0, -1)) {
      if (total <= this.mostBytes) return;
      this.models.delete(key);
      total -= model.bytes;
      await model.dispose();
    }
  }
}
