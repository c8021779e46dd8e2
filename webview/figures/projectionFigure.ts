/** The projection of one run's thoughts as a figure, and what of it a run has or could have. */
import type { Trace } from "../../src/core/trace/fold";
import type { EventOf, ProjectionMethod } from "../../src/core/trace/trace";
import { placeSentence, projectionChart, wordLabel } from "../charts/projectionChart";
import { formatCount } from "../dom/quantities";
import type { ShownTrace } from "../shown/state";
import type { FigureSpec } from "./figure";
import { l10n } from "../../src/core/text/l10n";

export type Projected = EventOf<"projection">["of"];

export const METHOD_NAMES: Record<ProjectionMethod, string> = { pca: "PCA", umap: "UMAP" };

/** Kinds of vectors that a run has a projection of, or could have one of. */
export function projectable(trace: Trace): Projected[] {
  return (["latent", "soft"] as const).filter(
    (of) => vectorsOf(trace, of).length > 0 || trace.projections.some((each) => each.of === of),
  );
}

/** The vectors of all thoughts in their order; empty where any is missing. */
export function vectorsOf(trace: Trace, of: Projected): string[] {
  const events = of === "latent" ? latentsOf(trace) : trace.softs;
  const vectors = events.flatMap(({ vector }) => (vector === undefined ? [] : [vector]));
  return vectors.length === events.length ? vectors : [];
}

const latentsOf = (trace: Trace) => trace.latents.toSorted((a, b) => a.at - b.at);

export const projectionTitle = (title: string, of: Projected): string =>
  of === "latent"
    ? l10n.t("{0}: thoughts among the vocabulary", title)
    : l10n.t("{0}: soft tokens among the vocabulary", title);

export function projectionFigure(
  { run, trace, title: name, version }: ShownTrace,
  projection: EventOf<"projection">,
): FigureSpec {
  const { of, method, fitted, points, words } = projection;
  const title = projectionTitle(name, of);
  const at = of === "latent" ? latentsOf(trace).map((latent) => latent.at) : [];
  return {
    key: `${run} ${of} projection`,
    version: `${version} ${method}`,
    title,
    caption: captionOf(projection),
    draw: (theme, width) => projectionChart({ run, title, projection, at }, width, theme),
    table: () => ({
      head: ["what", "x", "y", "nearest words, with cosine"],
      rows: [
        ...points.map(([x, y], index) => {
          const [what = "", ...nearest] = placeSentence({ projection }, index).split(", nearest ");
          return [what, x.toFixed(3), y.toFixed(3), nearest.join()];
        }),
        ...words.map(([text, x, y]) => [l10n.t("word {0}", wordLabel(text)), x.toFixed(3), y.toFixed(3), ""]),
        ...(fitted
          ? [
              [
                l10n.t("vocabulary entries laid out"),
                "",
                "",
                l10n.t("{0} of {1}", formatCount(fitted[0]), formatCount(fitted[1])),
              ],
            ]
          : []),
      ],
    }),
  };
}

function captionOf({ of, method, fitted }: EventOf<"projection">): string {
  const all = !fitted || fitted[0] === fitted[1] ? "" : l10n.t(" ({0} entries of it)", formatCount(fitted[0]));
  const how =
    method === "pca"
      ? l10n.t("The principal plane of the embedding table{0}, and where vectors fall on it.", all)
      : l10n.t(
          "The embedding table{0} laid out by UMAP; a vector stands amid its nearest words, the nearer the closer.",
          all,
        );
  const numbered =
    of === "latent" ? l10n.t("Numbered: the thoughts, along their path") : l10n.t("Numbered: the soft tokens");
  return l10n.t("{0} {1}; named: the words nearest to them by cosine; dots: other words about them.", how, numbered);
}
