/** Names of what a bench or a comparison sets side by side: strategies, and where there are several models, each on each of them. */

const ON = " on ";

/** @param at the place of its model among `models` */
export const contenderName = (strategy: string, models: readonly string[], at: number): string =>
  models.length === 1 ? strategy : `${strategy}${ON}${models[at]!}`;

/** The strategies in names of contenders, without the models. */
export const strategiesIn = (contenders: readonly string[], models: readonly string[]): string[] =>
  models.length === 1 ? [...contenders] : [...new Set(contenders.map((name) => name.split(ON, 1)[0]!))];
