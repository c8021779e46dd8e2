/** The models that are loaded, with the least recently used given up when memory runs short. */

/** Something loaded that takes memory. */
export interface Resident {
  /** About what it takes in memory. */
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

  async clear(): Promise<void> {
    const all = [...this.models.values()];
    this.models.clear();
    for (const model of all) await model.dispose();
  }

  private async trim(): Promise<void> {
    for (const [key, model] of this.models) {
      const total = [...this.models.values()].reduce((sum, each) => sum + each.bytes, 0);
      if (total <= this.mostBytes || this.models.size === 1) return;
      this.models.delete(key);
      await model.dispose();
    }
  }
}
