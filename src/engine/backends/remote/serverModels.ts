/** Which model a server has, as its list says, and where its interface begins. */
import { ActionableError } from "../../../core/protocol/rpc";
import { l10n } from "../../../core/text/l10n";
import { isObject, type JsonObject } from "../../files/jsonFile";
import { beginnings, namedInAddress } from "./serverAddress";
import type { ServerClient } from "./serverClient";

interface ListedModel {
  /** Where the interface may begin, behind the address. */
  bases: readonly string[];
  model: string;
  owner: string | undefined;
  /** Tokens. */
  contextLength: number | undefined;
}

/** Where the name of a model stands, and the length of its context. */
const NAMES = ["id", "name", "model", "slug"];
const LENGTHS = [
  "max_model_len",
  "loaded_context_length",
  "context_length",
  "context_window",
  "context_size",
  "max_context_length",
];
/** Models that write no text: a list may begin with one. */
const WRITES_NO_TEXT =
  /embed|rerank|moderation|whisper|transcri|speech|\btts\b|dall-?e|diffusion|(?:^|[/_-])(?:bge|gte|e5|clip|flux)(?:[/_-]|$)/i;

/**
 * @param wanted which model, where the person said so
 * @throws ActionableError of `ServerClient`, `server-no-model`
 */
export async function findModel(
  client: ServerClient,
  wanted: string | undefined,
  signal: AbortSignal,
): Promise<ListedModel> {
  let forbidden: unknown;
  const bases = beginnings(client.address);
  for (const base of bases) {
    const list = await client.jsonIfKnown(`${base}/models`, signal).catch((error: unknown) => {
      // A gateway may forbid, or send elsewhere, what it does not have.
      if (!(error instanceof ActionableError && FORBIDDEN.includes(error.code))) throw error;
      forbidden ??= error;
    });
    const models = modelsIn(list);
    if (!models) continue;
    const isWanted = (each: JsonObject) => NAMES.some((name) => each[name] === wanted);
    const entry = wanted === undefined ? first(models) : models.find(isWanted);
    const model = wanted ?? namedInAddress(client.address) ?? (entry && nameOf(entry));
    if (model === undefined) break;
    return { bases: [base], model, owner: text(entry?.["owned_by"]), contextLength: entry && lengthOf(entry) };
  }
  const model = wanted ?? namedInAddress(client.address);
  if (model !== undefined)
    return {
      bases: namedInAddress(client.address) ? ["", ...bases] : bases,
      model,
      owner: undefined,
      contextLength: undefined,
    };
  throw (
    forbidden ??
    new ActionableError(
      "server-no-model",
      l10n.later`The server at ${client.host} lists no model.`,
      "Name the model, or check that this is the address of an OpenAI-compatible server.",
    )
  );
}

const FORBIDDEN = ["server-key", "server-failed", "net-redirect"];

/** The entries of a list of models, whose field some servers call otherwise or leave out; an entry may be but a name. */
function modelsIn(list: unknown): JsonObject[] | undefined {
  const fields = isObject(list) ? [list["data"], list["models"], list["result"]] : [list];
  const entries = fields.map(listed).filter((each) => each !== undefined);
  return entries.find((each) => each.length > 0) ?? entries[0];
}

function listed(entries: unknown): JsonObject[] | undefined {
  if (isObject(entries))
    return Object.entries(entries).flatMap(([id, each]) => (isObject(each) ? [{ id, ...each }] : []));
  if (!Array.isArray(entries)) return undefined;
  return entries.flatMap((each) => (typeof each === "string" ? [{ id: each }] : isObject(each) ? [each] : []));
}

/** The first that writes text; the first of all where none seems to. */
const first = (models: JsonObject[]): JsonObject | undefined =>
  models.find((each) => !WRITES_NO_TEXT.test(`${nameOf(each)} ${text(each["type"])}`)) ?? models[0];

const nameOf = (entry: JsonObject): string | undefined =>
  NAMES.map((name) => text(entry[name])).find((name) => name !== undefined && name !== "");

function lengthOf(entry: JsonObject): number | undefined {
  const inside = (name: string) => (isObject(entry[name]) ? entry[name] : {});
  const lengths = [
    ...LENGTHS.map((name) => entry[name]),
    inside("meta")["n_ctx"],
    // TabbyAPI.
    inside("parameters")["max_seq_len"],
  ];
  return lengths.map(number).find((length) => length !== undefined);
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const number = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isInteger(value) && value > 0 ? value : undefined;
