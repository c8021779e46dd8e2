/** Which folders, servers and files a request to the engine names that the person's own settings do not. */
import path from "node:path";
import { SCORED } from "../../core/catalogue";
import type { ModelReference } from "../../core/protocol/engineApi";
import { BUNDLED_ROUTER, formatModelName, parseModelName } from "../../core/protocol/modelName";

/** Something that is opened or asked on behalf of a workspace or a trace. */
export interface NamedPlace {
  kind: "model folder" | "server" | "file";
  /** The absolute path, or the address. */
  name: string;
}

/** What the person has said, wherever they work. */
export interface OwnNames {
  /** The user setting of the model; a relative folder is not theirs alone, since the workspace decides what it is. */
  model: string;
  /** Their user setting of the strategies' options, by strategy. */
  options: Readonly<Record<string, unknown>>;
  home: string;
  /** Where this extension keeps the probes that it trained. */
  kept: string;
}

/** Options of strategies and of scoring that name a file. */
const FILE_OPTIONS = ["file", "probe"];
/** The option that names a classifier as a model is named: a folder is one more model that would run. */
const MODEL_OPTION = "router";

/** @param request what goes to the engine; only what it may hold of these is looked at */
export function namedPlaces(request: unknown, own: OwnNames): NamedPlace[] {
  const { model, strategy, options } = (request ?? {}) as {
    model?: ModelReference;
    strategy?: unknown;
    options?: unknown;
  };
  return [
    ...(typeof model !== "object" || isOwn(model, own) ? [] : modelPlaces(model)),
    // A scoring names no strategy; its options stand under a name of their own.
    ...placesOfOptions(typeof strategy === "string" ? strategy : SCORED, record(options), own),
  ];
}

/** Where a model is that somebody named; nowhere for those that are included or come from the hub. */
export function modelPlaces(model: ModelReference): NamedPlace[] {
  switch (model.kind) {
    case "folder":
      return [{ kind: "model folder", name: model.path }];
    case "server":
      return [{ kind: "server", name: model.url }];
    case "pocket":
    case "hub":
      return [];
  }
}

function isOwn(model: ModelReference, { model: setting, home }: OwnNames): boolean {
  const chosen = named(setting, home);
  return chosen !== undefined && formatModelName(withoutDtype(chosen)) === formatModelName(withoutDtype(model));
}

function named(setting: string, home: string): ModelReference | undefined {
  try {
    return parseModelName(setting, { home });
  } catch {
    return undefined;
  }
}

function withoutDtype(model: ModelReference): ModelReference {
  if ("url" in model) return { kind: "server", url: model.url };
  const { dtype: _, ...rest } = model;
  return rest;
}

function placesOfOptions(strategy: string, options: Readonly<Record<string, unknown>>, own: OwnNames): NamedPlace[] {
  const theirs = record(own.options[strategy]);
  const namedElsewhere = (option: string): string[] => {
    const value = options[option];
    return typeof value !== "string" || value === "" || value === theirs[option] ? [] : [value];
  };
  const files = FILE_OPTIONS.flatMap(namedElsewhere).filter((file) => !isInside(file, own.kept));
  const models = namedElsewhere(MODEL_OPTION)
    .filter((name) => name !== BUNDLED_ROUTER)
    .map((name): ModelReference => named(name, own.home) ?? { kind: "folder", path: name });
  return [...files.map((name): NamedPlace => ({ kind: "file", name })), ...models.flatMap(modelPlaces)];
}

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return path.isAbsolute(file) && relative !== "" && !relative.startsWith("..") && !path.isAbsolute(relative);
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
