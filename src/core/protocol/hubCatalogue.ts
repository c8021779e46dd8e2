/**
 * Models of the hub to choose from: small ones of today that have ONNX files there, by family. What is said of one is
 * what its family's card and its files say; what a graph then can do is found when it is loaded, and believed over this.
 */
import type { Opening } from "../text/thinkFacts";
import { thinkFormat } from "../text/thinkFormat";
import type { CacheFacts } from "./engineApi";
import entries from "./hubCatalogue.json";
import { DTYPES, type Dtype } from "./modelName";
import { marksOf } from "./modelWords";
import { l10n } from "../text/l10n";

export interface CatalogueModel {
  readonly id: string;
  readonly family: string;
  /** As people call it. */
  readonly name: string;
  /** As its card names it. */
  readonly licence: string;
  /** A think format; `none` for a model that was not trained to think. */
  readonly think: string;
  /** Who opens thinking; undefined where it differs, or is not known before the files are there. */
  readonly opening?: Opening;
  /** The variable of its template that turns thinking off, or on where it is off by itself: NAME=VALUE. */
  readonly off?: string;
  readonly on?: string;
  /** The kinds of parts that its cache has. */
  readonly cache: readonly CacheFacts["kind"][];
  /** Of the weights in each type that is known; the hub is asked for the others. */
  readonly bytes?: Readonly<Partial<Record<Dtype, number>>>;
}

/** Families stand together, those that think first. */
export const HUB_CATALOGUE = entries as readonly CatalogueModel[];

export const catalogueModel = (id: string): CatalogueModel | undefined => HUB_CATALOGUE.find((each) => each.id === id);

/** As in `1.3 GB`. */
export function sizeWords(bytes: number): string {
  const [unit, divisor] = bytes >= 1e9 ? ["GB", 1e9] : ["MB", 1e6];
  return `${(bytes / divisor).toFixed(bytes >= 1e9 ? 1 : 0)} ${unit}`;
}

/** One line: how it thinks, its size where that is known, its licence, and what it can run. */
export function catalogueWords(model: CatalogueModel): string {
  return [thinkingOf(model), sizesOf(model), l10n.t("licence {0}", model.licence), runsOf(model)]
    .filter(Boolean)
    .join(" · ");
}

function thinkingOf({ think, opening, off, on }: CatalogueModel): string {
  if (think === "none") return l10n.t("not trained to think");
  const marks = marksOf(thinkFormat(think)!);
  return [
    l10n.t("thinks in {0}", marks),
    opening === "template" ? l10n.t("opened by the template") : "",
    off ? l10n.t("off by {0}", off) : on ? l10n.t("on by {0}", on) : "",
  ]
    .filter(Boolean)
    .join(", ");
}

/** The type that is preferred among those whose size is known. */
function sizesOf({ bytes = {} }: CatalogueModel): string {
  const dtype = DTYPES.find((each) => bytes[each] !== undefined);
  return dtype === undefined ? "" : l10n.t("{0} in {1}", sizeWords(bytes[dtype]!), dtype);
}

const runsOf = ({ cache }: CatalogueModel): string =>
  cache.every((kind) => kind === "rows")
    ? l10n.t("every strategy that needs no training")
    : l10n.t("every strategy that needs no training, without eviction and masks");
