/** The list of Choose Model as data: recent models first, then what is here, then the catalogue by family. */
import type { IncludedModel } from "../../core/protocol/engineApi";
import { catalogueModel, catalogueWords, HUB_CATALOGUE } from "../../core/protocol/hubCatalogue";
import { formatModelName, hubNamed, pocketNamed, serverNamed, shortModelName } from "../../core/protocol/modelName";
import { publicAddress } from "../../core/text/publicAddress";
import { l10n } from "../../core/text/l10n";

/** What choosing a row does: a model is set, or something is asked for first. */
export type Choice =
  | { readonly model: string }
  | { readonly download: string }
  | { readonly ask: "folder" | "hub" | "server" }
  | { readonly show: "capabilities" };

export interface ModelRow {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** None: the heading of a group. */
  readonly choice?: Choice;
}

export interface ModelsKnown {
  /** As the setting names it. */
  readonly current: string;
  /** Names that were chosen before, the latest first. */
  readonly recent: readonly string[];
  readonly included: readonly IncludedModel[];
  /** Ids of the hub's models that are on this machine. */
  readonly cached: readonly string[];
}

const heading = (label: string): ModelRow => ({ label });

/** Rows of models that run on this machine, or can be fetched to. */
export const localRows = (known: ModelsKnown): ModelRow[] =>
  rowsOf({ ...known, recent: known.recent.filter((name) => !serverNamed(name)) });

/** Every row. */
export function modelRows(known: ModelsKnown): ModelRow[] {
  return [
    ...rowsOf(known),
    heading(l10n.t("Elsewhere")),
    {
      label: l10n.t("Hugging Face Model…"),
      detail: l10n.t("Download owner/name, a model with ONNX files; size and licence are shown first"),
      choice: { ask: "hub" },
    },
    {
      label: l10n.t("Server…"),
      detail: l10n.t("An OpenAI-compatible server, as of vLLM, llama.cpp or Ollama"),
      choice: { ask: "server" },
    },
    heading(l10n.t("In use")),
    {
      label: l10n.t("Show Capabilities"),
      detail: l10n.t("Which strategies run on {0}, how it thinks, and why strategies do not run", shortModelName(known.current)),
      choice: { show: "capabilities" },
    },
  ];
}

/** Rows of models that can be run at once as they are: nothing is asked for or downloaded first. */
export function readyRows(known: ModelsKnown): ModelRow[] {
  const rows = [...recentRows(known), ...includedRows(known), ...hereRows(known)];
  return rows.filter(({ choice }) => choice !== undefined && "model" in choice);
}

const rowsOf = (known: ModelsKnown): ModelRow[] => [
  ...recentRows(known),
  ...includedRows(known),
  ...hereRows(known),
  ...catalogueRows(known),
];

const modelRow = (model: string, current: string, label: string, detail: string): ModelRow => ({
  label,
  detail,
  description: model === current ? l10n.t("in use") : "",
  choice: { model },
});

function recentRows({ recent, current }: ModelsKnown): ModelRow[] {
  if (recent.length === 0) return [];
  return [
    heading(l10n.t("Recent")),
    ...recent.map((name) => {
      const known = catalogueModel(hubNamed(name)?.id ?? "");
      return modelRow(name, current, shortModelName(name), known ? catalogueWords(known) : publicAddress(name));
    }),
  ];
}

function includedRows({ included, current, recent }: ModelsKnown): ModelRow[] {
  const family = formatModelName({ kind: "pocket" });
  const rows = [
    modelRow(family, current, l10n.t("Pocket models"), l10n.t("Each strategy on the variant that was trained for it")),
    ...included.map(({ name, strategies }) =>
      modelRow(
        formatModelName({ kind: "pocket", member: name }),
        current,
        l10n.t("Pocket {0}", name),
        strategies.length > 0 ? l10n.t("Trained for {0}", strategies.join(", ")) : "",
      ),
    ),
  ].filter((row) => !recent.some((name) => row.choice && "model" in row.choice && row.choice.model === name));
  return rows.length > 0 ? [heading(l10n.t("Included")), ...rows] : [];
}

function hereRows({ current, cached, recent }: ModelsKnown): ModelRow[] {
  const isListed = pocketNamed(current) ?? serverNamed(current) ?? [...cached, ...recent].includes(current);
  const detail = (id: string) => {
    const known = catalogueModel(id);
    return known ? catalogueWords(known) : l10n.t("In the Hugging Face cache");
  };
  return [
    heading(l10n.t("On this machine")),
    ...cached.filter((id) => !recent.includes(id)).map((id) => modelRow(id, current, id, detail(id))),
    ...(isListed ? [] : [modelRow(current, current, shortModelName(current), publicAddress(current))]),
    { label: l10n.t("Folder…"), detail: l10n.t("A model in Hugging Face layout"), choice: { ask: "folder" } },
  ];
}

/** What can be downloaded, without what is here. */
function catalogueRows({ cached, recent }: ModelsKnown): ModelRow[] {
  const here = new Set([...cached, ...recent.map((name) => hubNamed(name)?.id)]);
  const rows: ModelRow[] = [];
  let family = "";
  for (const model of HUB_CATALOGUE.filter(({ id }) => !here.has(id))) {
    if (model.family !== family) rows.push(heading(l10n.t("Download: {0}", model.family)));
    family = model.family;
    const detail = catalogueWords(model);
    rows.push({ label: model.name, description: model.id, detail, choice: { download: model.id } });
  }
  return rows;
}
