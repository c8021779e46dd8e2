/** Which program answers at an address, found out by the paths that only it has. */
import { ActionableError } from "../../../core/protocol/rpc";
import { isObject } from "../../files/jsonFile";
import type { ServerClient } from "./serverClient";

interface ServerKind {
  /** `llama.cpp`, `koboldcpp`, `tabbyapi`, `vllm`, `sglang`, `tgi`, `ollama`, `lmstudio`, `gemini`; `server` where it is none that we know. */
  kind: string;
  /** Tokens, where this program says so. */
  contextLength: number | undefined;
  /** Its chat template, and the tokens by name that this writes out, where this program shows them. */
  templateSource: string | undefined;
  specials: Readonly<Record<string, string>>;
}

/** Who owns the models, by the list of them. */
const OWNERS: Readonly<Record<string, string>> = {
  llamacpp: "llama.cpp",
  library: "ollama",
  vllm: "vllm",
  sglang: "sglang",
  organization_owner: "lmstudio",
};
/** Where Google serves Gemini. */
const GOOGLE = /(?:^|[.-])(?:generativelanguage|aiplatform)\.googleapis\.com$/;
/** Programs that show what llama.cpp shows, and go on with no beginning as it does. */
const IMITATORS = ["koboldcpp", "tabbyapi"];
/** What says no more than that this path is not for us. */
const ABSENT = [
  "server-refused",
  "server-garbage",
  "server-key",
  "server-failed",
  "server-busy",
  "server-quota",
  "server-unreachable",
  "net-redirect",
];

/** @param owner of the model, as `/v1/models` says */
export async function serverKind(
  client: ServerClient,
  owner: string | undefined,
  signal: AbortSignal,
): Promise<ServerKind> {
  const bare = { contextLength: undefined, templateSource: undefined, specials: {} };
  if (GOOGLE.test(client.host)) return { ...bare, kind: "gemini" };
  const props = await optional(client, "/props", signal);
  const settings = member(props, "default_generation_settings");
  if (isObject(settings)) {
    const imitator = IMITATORS.find((name) => name === owner?.toLowerCase());
    return {
      kind: imitator ?? "llama.cpp",
      contextLength: count(settings["n_ctx"]),
      templateSource: text(member(props, "chat_template")),
      specials: {
        bos_token: text(member(props, "bos_token")) ?? "",
        eos_token: text(member(props, "eos_token")) ?? "",
      },
    };
  }
  const known = OWNERS[owner ?? ""];
  if (known !== undefined) return { ...bare, kind: known };
  // Text generation inference names the model as its own owner, Ollama the person who published it.
  const info = await optional(client, "/info", signal);
  if (typeof member(info, "model_id") === "string")
    return { ...bare, kind: "tgi", contextLength: count(member(info, "max_total_tokens")) };
  return { ...bare, kind: (await isOllama(client, signal)) ? "ollama" : "server" };
}

/** Other programs tell a version there too (Open WebUI): Ollama lists its models besides. */
async function isOllama(client: ServerClient, signal: AbortSignal): Promise<boolean> {
  if (typeof member(await optional(client, "/api/version", signal), "version") !== "string") return false;
  return Array.isArray(member(await optional(client, "/api/tags", signal), "models"));
}

/**
 * The context that Ollama gave a model when it loaded it: what goes beyond is cut off without a word.
 * @returns tokens, or undefined while the model is not loaded
 */
export async function ollamaContext(
  client: ServerClient,
  model: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const models = member(await optional(client, "/api/ps", signal), "models");
  const entries = Array.isArray(models) ? models.filter(isObject) : [];
  const entry = entries.find((each) => [model, `${model}:latest`].includes(String(each["model"] ?? each["name"])));
  return count(entry?.["context_length"]);
}

const optional = (client: ServerClient, path: string, signal: AbortSignal): Promise<unknown> =>
  unlessAbsent(client.once(path, signal));

/** What only some servers have; undefined where this one has not, however it says so. */
export async function unlessAbsent<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ActionableError && ABSENT.includes(error.code)) return undefined;
    throw error;
  }
}

const member = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);
const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const count = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isInteger(value) && value > 0 ? value : undefined;
