/** Which router of Sketch-of-Thought speaks: a classifier that is on this machine, or the one that ships. */
import { stat } from "node:fs/promises";
import path from "node:path";
import { BUNDLED_ROUTER } from "../../core/protocol/modelName";
import { ActionableError, toErrorShape } from "../../core/protocol/rpc";
import type { Classify } from "./classifierRouter";
import { loadClassifier } from "./classifierRouter";
import { cachedModels, cachedSnapshot, hubCacheFolder, isHubId } from "../models/hub/cacheLayout";
import type { Route, Routing } from "./paradigmRouter";
import { loadRouter } from "./paradigmRouter";
import { l10n } from "../../core/text/l10n";

/** The classifier of the paper's authors, taken by itself where somebody has put it, with its ONNX, into the cache. */
export const OFFICIAL_ROUTER = "saytes/SoT_DistilBERT";

export class Routers {
  private bundled: ((question: string) => Routing) | undefined;
  /** By folder. */
  private readonly classifiers = new Map<string, Classify>();

  /** @param file `router.json` of the router that ships */
  constructor(private readonly file: string) {}

  /**
   * The paradigms for a question.
   * @param named a hub id or a folder; `bundled`; or empty for the official one where it is there, else the bundled
   * @returns with a note where a classifier was wanted and could not speak
   * @throws ActionableError `router-missing` when not even the bundled one can be read
   */
  readonly route: Route = async (question, named = "") => {
    try {
      const found = await this.find(named);
      if (found) return { by: found.name, ...(await found.classify(question)) };
      return await this.routeHere(question);
    } catch (error) {
      const { message } = toErrorShape(error);
      const note = `The router that ships picked, because ${named || OFFICIAL_ROUTER} could not: ${message}`;
      return { ...(await this.routeHere(question)), note };
    }
  };

  private async routeHere(question: string): Promise<Routing> {
    this.bundled ??= await loadRouter(this.file);
    return this.bundled(question);
  }

  private async find(named: string): Promise<{ name: string; classify: Classify } | undefined> {
    if (named === BUNDLED_ROUTER) return undefined;
    const place = named === "" ? await official() : await placeOfRouter(named);
    if (!place) return undefined;
    const classify = this.classifiers.get(place.folder) ?? (await loadClassifier(place.folder));
    this.classifiers.set(place.folder, classify);
    return { name: place.name, classify };
  }
}

interface RouterPlace {
  folder: string;
  name: string;
}

async function official(): Promise<RouterPlace | undefined> {
  const cache = hubCacheFolder();
  const folder = (await cachedModels(cache)).includes(OFFICIAL_ROUTER)
    ? await cachedSnapshot(cache, OFFICIAL_ROUTER)
    : undefined;
  return folder === undefined ? undefined : { folder, name: OFFICIAL_ROUTER };
}

async function placeOfRouter(named: string): Promise<RouterPlace> {
  const folder = path.resolve(named);
  if ((await stat(folder).catch(() => undefined))?.isDirectory()) return { folder, name: path.basename(folder) };
  const snapshot = isHubId(named) ? await cachedSnapshot(hubCacheFolder(), named) : undefined;
  if (snapshot !== undefined) return { folder: snapshot, name: named };
  throw new ActionableError(
    "router-absent",
    l10n.later`${named} is neither a folder nor in the Hugging Face cache of this machine.`,
    "Download the classifier, or name its folder.",
  );
}
