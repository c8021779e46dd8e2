/** The models of a command line: several may be named, and one name may be that of several servers that answer alike. */
import type { ModelReference } from "../core/protocol/engineApi";
import { inDtype, parseModelName, serverNamed, type NameSurroundings } from "../core/protocol/modelName";
import { ActionableError, toErrorShape } from "../core/protocol/rpc";
import { publicAddress } from "../core/text/publicAddress";
import { usage } from "./argumentValues";

export interface NamedModel {
  /** As it may be shown and recorded: without keys. */
  readonly name: string;
  /** Where it is asked; more than one for servers that share the work. */
  readonly references: readonly ModelReference[];
}

/** `URL,URL` apart; every other name is one. */
export function partsOf(name: string): string[] {
  const parts = name.split(",").map((part) => part.trim());
  return parts.length > 1 && parts.every((part) => serverNamed(part) !== undefined) ? parts : [name];
}

export const publicName = (name: string): string => partsOf(name).map(publicAddress).join(",");

/**
 * The model that a name on the command line stands for, in the dtype that `--dtype` asks for.
 * @throws ActionableError `model-name`; `usage` where the dtype is none, contradicts the name, or is not ours to choose
 */
export function modelReference(
  name: string,
  dtype: string | undefined,
  surroundings: NameSurroundings,
): ModelReference {
  const reference = parseModelName(name, surroundings);
  if (dtype === undefined) return reference;
  if ("dtype" in reference && reference.dtype !== dtype)
    throw usage(`--model ${name} names another dtype than --dtype ${dtype}.`);
  const chosen = inDtype(reference, dtype);
  if (chosen) return chosen;
  throw usage(`--dtype chooses a graph of a local model, and ${name} is a server.`);
}

/**
 * Servers under one name have to have one model. Those that do not answer now are told of, and get nothing until they do.
 * @returns those that do not answer
 * @throws ActionableError `usage` where they differ; what kept the first away where none answers
 */
export async function demandAlike(
  { name, references }: NamedModel,
  load: (reference: ModelReference) => Promise<{ id: string }>,
  say: (sentence: string) => void,
): Promise<readonly ModelReference[]> {
  if (references.length < 2) return [];
  const loads = await Promise.allSettled(references.map(load));
  const ids = [...new Set(loads.flatMap((each) => (each.status === "fulfilled" ? [each.value.id] : [])))];
  const failed = loads.filter((each) => each.status === "rejected");
  if (ids.length === 0) throw failed[0]!.reason;
  if (ids.length > 1) {
    const message = `The servers at ${name} have different models: ${ids.join(", ")}.`;
    throw new ActionableError("usage", message, "Name each by a --model of its own, or the same model by URL#MODEL.");
  }
  for (const { reason } of failed) say(`The others are asked in its place: ${toErrorShape(reason).message}`);
  return references.filter((_, at) => loads[at]!.status === "rejected");
}

/** Milliseconds that a server which failed is left alone, doubled each time it fails again. */
const REST_MS = 500;
const LONGEST_REST_MS = 30_000;

/** What ends a server for good: its key has no quota left. */
const OVER = "server-quota";
/** What failing says of the server, and not of the question. */
const OF_THE_SERVER = /^server-(busy|failed|unreachable|silent)$/;

interface Place {
  readonly reference: ModelReference;
  /** Runs under way there. */
  underWay: number;
  /** Failures in a row, and until when it rests by the clock of this process. */
  failures: number;
  restsUntil: number;
}

/** Shares runs among places that answer alike: each goes to the one with least to do that does not rest. */
export class SharedModel {
  private readonly places: Place[];

  /** @param silent those that are left alone for a while, since they do not answer */
  constructor({ references }: NamedModel, silent: readonly ModelReference[] = []) {
    const waking = performance.now() + LONGEST_REST_MS;
    this.places = references.map((reference) => ({
      ...{ reference, underWay: 0, failures: 0 },
      restsUntil: silent.includes(reference) ? waking : 0,
    }));
  }

  /**
   * Runs `work` at one of the places. A failure is the caller's, who may try again: then another place is asked first. One
   * whose key has no quota left is asked no more, as long as there are others.
   */
  async use<Result>(work: (reference: ModelReference) => Promise<Result>): Promise<Result> {
    const place = this.choose();
    place.underWay += 1;
    try {
      const result = await work(place.reference);
      place.failures = 0;
      return result;
    } catch (error) {
      const { code } = toErrorShape(error);
      if (code === OVER) {
        place.restsUntil = Infinity;
        if (this.places.some(({ restsUntil }) => restsUntil < Infinity)) return await this.use(work);
      } else if (OF_THE_SERVER.test(code)) {
        place.restsUntil = performance.now() + Math.min(LONGEST_REST_MS, REST_MS * 2 ** place.failures);
        place.failures += 1;
      }
      throw error;
    } finally {
      place.underWay -= 1;
    }
  }

  private choose(): Place {
    const now = performance.now();
    const awake = this.places.filter(({ restsUntil }) => restsUntil <= now);
    // Where all rest, the one that is awake first.
    if (awake.length === 0) return this.places.reduce((a, b) => (b.restsUntil < a.restsUntil ? b : a));
    return awake.reduce((a, b) => (b.underWay < a.underWay ? b : a));
  }
}
