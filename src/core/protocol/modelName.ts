/**
 * The one grammar of model names, as settings and command lines write them:
 *
 *     pocket             the included family             pocket:fp32              in that dtype
 *     pocket:base        one of its members              pocket:base:fp32
 *     /models/mine       a folder; also C:\models\mine   /models/mine:q4
 *     ./mine  ../mine    from where the name is read     ~/mine                   from the home folder
 *     owner/name         a model of the hub              owner/name@revision:q4
 *                        or its page                     https://huggingface.co/owner/name
 *     http://host:8080   a server                        http://host:8080#model   one of its models
 *                                                        …#model=NAME&api=chat    with the API that is to be spoken
 */
import { ActionableError } from "./rpc";
import type { ModelReference } from "./engineApi";
import { publicAddress } from "../text/publicAddress";
import { l10n } from "../text/l10n";

/** The router of Sketch-of-Thought that ships, where others are named as models are. */
export const BUNDLED_ROUTER = "bundled";

/** Variants of one model, named as transformers.js names them; the preferred one on a CPU first. */
export const DTYPES = ["q4", "q8", "int8", "uint8", "fp32", "q4f16", "bnb4", "fp16"] as const;
export type Dtype = (typeof DTYPES)[number];

/** What a name is read against. */
export interface NameSurroundings {
  /** The absolute folder that relative ones start from. Without it a relative folder is no name. */
  base?: string | undefined;
  /** The absolute folder that `~` stands for. */
  home?: string | undefined;
  /** Whether there is a folder at an absolute path: one called `a/b` is meant before the hub's model, one called `a` at all. */
  isFolder?: (path: string) => boolean;
}

type Named<Kind extends ModelReference["kind"]> = Extract<ModelReference, { kind: Kind }>;

/** Where a model is asked that another machine or program runs; undefined for one that runs here. */
export const addressOf = (reference: ModelReference): string | undefined =>
  "url" in reference ? reference.url : undefined;

const POCKET = "pocket";
const MEMBER = /^[\w-]+$/;
const HUB = /^(?!.*\.\.)(\w[\w.-]*\/\w[\w.-]*)(?:@(\w[\w./-]*))?(?::(\w+))?$/;
const APIS = ["completions", "chat"] as const;
/** What the address of a model's page on the hub begins with, or its address as other programs write it. */
const PAGE = /^(?:(?:https?:\/\/)?(?:www\.)?(?:huggingface\.co|hf\.co)\/|hf:\/\/)/i;
/** Pages that are no owner's, and those of a model at a revision. */
const NO_OWNERS = ["api", "datasets", "spaces", "docs", "papers", "collections"];
const AT_REVISION = ["tree", "blob", "resolve"];

/** @throws ActionableError `model-name` where `text` names no model */
export function parseModelName(text: string, surroundings: NameSurroundings = {}): ModelReference {
  const name = text.trim();
  return (
    serverNamed(name) ??
    pocketNamed(name) ??
    folder(name, surroundings) ??
    relativeFolder(name, surroundings, (path) => surroundings.isFolder?.(path) ?? false) ??
    hubNamed(name) ??
    relativeFolder(name, surroundings, () => /[\\/]/.test(name)) ??
    refuse(text)
  );
}

/** The name that `parseModelName` reads as `reference`; paths of folders are taken for absolute. */
export function formatModelName(reference: ModelReference): string {
  switch (reference.kind) {
    case "pocket":
      return [POCKET, reference.member, reference.dtype].filter((part) => part !== undefined).join(":");
    case "folder": {
      const { path, dtype } = reference;
      // A path that ends like a dtype is closed, so that it is not read as one.
      const closed = dtype === undefined && splitDtype(path).dtype !== undefined ? `${path}/` : path;
      return dtype === undefined ? closed : `${path}:${dtype}`;
    }
    case "hub": {
      const { id, revision, dtype } = reference;
      return id + (revision === undefined ? "" : `@${revision}`) + (dtype === undefined ? "" : `:${dtype}`);
    }
    case "server": {
      const { url, model, api } = reference;
      if (api !== undefined) {
        const named = model === undefined ? "" : `model=${encodeURIComponent(model)}&`;
        return `${url}#${named}api=${api}`;
      }
      return model === undefined ? url : `${url}#${encodeURIComponent(model)}`;
    }
  }
}

/** The model in a dtype, or undefined where that is not for us to choose. */
export function inDtype(reference: ModelReference, dtype: string): ModelReference | undefined {
  switch (reference.kind) {
    case "pocket":
    case "folder":
    case "hub":
      return { ...reference, dtype };
    case "server":
      return undefined;
  }
}

/** What a trace calls the model before it is loaded. It names no place on this machine: traces are passed on. */
export function modelTitle(reference: ModelReference): string {
  switch (reference.kind) {
    case "pocket":
      return reference.member === undefined ? POCKET : `${POCKET}:${reference.member}`;
    case "folder":
      return lastPart(reference.path);
    case "hub":
      return reference.id;
    case "server":
      return reference.model ?? new URL(reference.url).host;
  }
}

/** As in `pocket`, `pocket:base`, `Qwen3-0.6B-ONNX`: short enough for a status bar, whether or not it names a model. */
export function shortModelName(text: string): string {
  const server = serverNamed(text);
  return server ? modelTitle(server) : lastPart(publicAddress(text));
}

const isWebAddress = (text: string): boolean => /^https?:\/\//i.test(text) && URL.canParse(text);

/** The server that a name is the address of, or undefined. */
export function serverNamed(text: string): Named<"server"> | undefined {
  const name = text.trim();
  if (!isWebAddress(name) || namedByPage(name) !== undefined) return undefined;
  const at = name.indexOf("#");
  if (at < 0) return { kind: "server", url: name };
  const url = name.slice(0, at);
  const fragment = name.slice(at + 1);
  if (!fragment.includes("=")) {
    const model = decoded(fragment);
    return model === undefined ? undefined : { kind: "server", url, ...(model === "" ? {} : { model }) };
  }
  const fields = new URLSearchParams(fragment);
  const model = fields.get("model");
  const api = APIS.find((each) => each === fields.get("api"));
  const isKnown = [...fields.keys()].every((key) => key === "model" || (key === "api" && api !== undefined));
  if (!isKnown) return undefined;
  return { kind: "server", url, ...(model ? { model } : {}), ...(api ? { api } : {}) };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The included family, or the member of it, that a name stands for, or undefined. */
export function pocketNamed(text: string): Named<"pocket"> | undefined {
  const [family, ...parts] = text.trim().split(":");
  if (family !== POCKET) return undefined;
  const dtype = DTYPES.find((each) => each === parts.at(-1));
  const [member, ...more] = dtype === undefined ? parts : parts.slice(0, -1);
  if (more.length > 0 || (member !== undefined && !MEMBER.test(member))) return undefined;
  return { kind: "pocket", ...(member === undefined ? {} : { member }), ...(dtype === undefined ? {} : { dtype }) };
}

/** One that says itself where it begins. */
function folder(name: string, { base, home }: NameSurroundings): Named<"folder"> | undefined {
  const { path, dtype } = splitDtype(name);
  if (isAbsolute(path)) return folderAt(path, "", dtype);
  if (home !== undefined && /^~(?=$|[\\/])/.test(path)) return folderAt(home, path.slice(1), dtype);
  return base !== undefined && /^\.\.?(?=$|[\\/])/.test(path) ? folderAt(base, path, dtype) : undefined;
}

/** The model of the hub that a name can stand for, or undefined; a folder of that name is not looked for. */
export function hubNamed(text: string): Named<"hub"> | undefined {
  const [, id, revision, dtype] = HUB.exec(namedByPage(text.trim()) ?? text.trim()) ?? [];
  if (id === undefined) return undefined;
  return { kind: "hub", id, ...(revision ? { revision } : {}), ...(dtype ? { dtype } : {}) };
}

/** The name of the model whose page it is, as the grammar has it; undefined for what is no such page. */
function namedByPage(name: string): string | undefined {
  const [prefix] = PAGE.exec(name) ?? [];
  if (prefix === undefined) return undefined;
  const [path = ""] = name.slice(prefix.length).split(/[?#]/);
  const [owner = "", model = "", kind = "", at = ""] = path.split("/");
  if (owner === "" || model === "" || NO_OWNERS.includes(owner)) return undefined;
  const revision = AT_REVISION.includes(kind) ? decoded(at) : undefined;
  return `${owner}/${model}${revision === undefined || revision === "main" ? "" : `@${revision}`}`;
}

/** @param isMeant whether the folder that this would be is meant by the name */
function relativeFolder(
  name: string,
  { base }: NameSurroundings,
  isMeant: (path: string) => boolean,
): Named<"folder"> | undefined {
  // A scheme that we do not speak, and members of the family that cannot be, are mistakes and no folders.
  if (base === undefined || name === "" || /^([a-z][\w+.-]*:\/\/|pocket:)/i.test(name)) return undefined;
  const { path, dtype } = splitDtype(name);
  const found = folderAt(base, path, dtype);
  return isMeant(found.path) ? found : undefined;
}

/** The dtype behind the last colon; in a folder's name only a known one, since paths may hold colons. */
function splitDtype(name: string): { path: string; dtype: Dtype | undefined } {
  const dtype = DTYPES.find((each) => name.endsWith(`:${each}`));
  return { path: dtype === undefined ? name : name.slice(0, -dtype.length - 1), dtype };
}

const WINDOWS = /^([a-z]:[\\/]|\\\\)/i;
const isAbsolute = (path: string): boolean => path.startsWith("/") || WINDOWS.test(path);

/** `rest` seen from `base`, without `.`, `..` and separators that say nothing. */
function folderAt(base: string, rest: string, dtype: Dtype | undefined): Named<"folder"> {
  const whole = rest === "" ? base : `${base}/${rest}`;
  const isWindows = WINDOWS.test(base);
  const root = (isWindows ? WINDOWS.exec(base)![0] : "/").replace(/^([a-z]:)\/$/i, "$1\\");
  const parts: string[] = [];
  for (const part of whole.slice(root.length).split(isWindows ? /[\\/]/ : "/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  const path = root + parts.join(isWindows ? "\\" : "/");
  return { kind: "folder", path, ...(dtype === undefined ? {} : { dtype }) };
}

const lastPart = (path: string): string => path.split(/[\\/]/).findLast((part) => part !== "") ?? path;

function refuse(text: string): never {
  const address = text.trim();
  if (isWebAddress(address) && address.includes("#")) {
    // What stands there may be anything, a key too, and is not repeated.
    const { host } = new URL(address);
    throw new ActionableError(
      "model-name",
      l10n.later`What stands behind the “#” of the server at ${host} names no model.`,
      "Write http://HOST:PORT#MODEL, or #model=MODEL&api=chat.",
    );
  }
  throw new ActionableError(
    "model-name",
    l10n.later`“${publicAddress(text)}” names no model.`,
    "Write pocket, pocket:NAME, a folder’s path, owner/name or a server’s address.",
  );
}
