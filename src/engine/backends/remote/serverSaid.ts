/** What a server says went wrong, in the shapes that programs and gateways write it: bounded, in one line. */
import { isObject, type JsonObject } from "../../files/jsonFile";

/** Characters of an explanation that are looked into. */
const LONGEST_SAID = 4000;
/** Objects and lists in one another that are looked into, and entries of one. */
const DEEPEST = 5;
/** As `DEEPEST`, for names: Google's stand in lists of lists. */
const DEEPEST_NAME = 8;
const MOST_ENTRIES = 10;
/** Where messages stand; what stands further behind counts where nothing before it says anything. */
const MESSAGES = [
  ["error", "errors", "message", "msg", "detail", "details", "error_msg", "error_message", "status_msg", "base_resp"],
  ["title", "description", "reason"],
];
/** Fields of the request that an error is about, beside its message. */
const ABOUT = ["param", "parameter", "field"];
const UNKNOWN = "an unknown error";

/** What the body of a refusal says: in JSON, or as plain text; a page says nothing. */
export function explanation(body: string): string {
  const value = jsonOf(body);
  if (value !== undefined) return saidIn(value);
  const text = oneLine(body);
  return text.startsWith("<") ? "" : text;
}

/**
 * The error that an answer of success holds in its place, as a whole or in the middle of a stream.
 * @returns undefined where it is none
 */
export function errorIn(answer: unknown): string | undefined {
  if (!isObject(answer)) return undefined;
  const { error } = answer;
  if (isObject(error) || (typeof error === "string" && error !== "")) return saidIn(error) || UNKNOWN;
  if (error === true || answer["object"] === "error" || answer["type"] === "error") return saidIn(answer) || UNKNOWN;
  const choices = answer["choices"];
  if (Array.isArray(choices)) return errorOfChoice(choices[0]);
  const hasFailed = "detail" in answer || CODES.some((name) => isFailure(answer[name]));
  if (hasFailed) return saidIn(answer) || text(answer["text"]) || UNKNOWN;
  const { base_resp: base } = answer;
  return isObject(base) && isFailure(base["status_code"]) ? saidIn(base) || UNKNOWN : undefined;
}

/** The code of HTTP that an error in an answer of success names. */
export function statusIn(answer: unknown): number | undefined {
  const error = isObject(answer) && isObject(answer["error"]) ? answer["error"] : answer;
  const codes = isObject(error) ? [error["code"], error["status"]].map(Number) : [];
  return codes.find((code) => Number.isInteger(code) && code >= 400 && code < 600);
}

function errorOfChoice(choice: unknown): string | undefined {
  if (!isObject(choice)) return undefined;
  if (isObject(choice["error"])) return saidIn(choice["error"]) || UNKNOWN;
  return choice["finish_reason"] === "error" ? UNKNOWN : undefined;
}

const CODES = ["code", "error_code", "status_code", "statusCode"];

const isFailure = (code: unknown): boolean =>
  (typeof code === "number" || typeof code === "string") && !/^(?:0|200|ok|success)?$/i.test(String(code));

/** Where an error names itself beside its words: by a code, a type, or the limit that was met (Google's `quotaId`). */
const NAMES = ["code", "type", "status", "error_code", "quotaId", "retryDelay"];

/** What an error, or the body of a refusal, names itself by, in one line; empty where it does not. */
export const codesOf = (answer: unknown): string =>
  oneLine(namesIn(typeof answer === "string" ? jsonOf(answer) : answer, 0).join(" "));

function namesIn(value: unknown, depth: number): string[] {
  if (typeof value !== "object" || value === null || depth > DEEPEST_NAME) return [];
  if (Array.isArray(value)) return value.slice(0, MOST_ENTRIES).flatMap((each) => namesIn(each, depth + 1));
  return Object.entries(value as JsonObject)
    .slice(0, MOST_ENTRIES * 2)
    .flatMap(([name, each]) =>
      typeof each === "string" ? (NAMES.includes(name) ? [`${name}: ${each}`] : []) : namesIn(each, depth + 1),
    );
}

/** Messages in an error of any dialect: OpenAI's `error.message`, a list of it (Gemini), FastAPI's `detail[].msg`. */
function saidIn(value: unknown): string {
  return oneLine([...new Set(messagesIn(value, 0))].join("; "));
}

function messagesIn(value: unknown, depth: number): string[] {
  if (typeof value === "string") return messagesOfText(value, depth);
  if (typeof value !== "object" || value === null || depth > DEEPEST) return [];
  if (Array.isArray(value)) return value.slice(0, MOST_ENTRIES).flatMap((each) => messagesIn(each, depth + 1));
  const fields = value as JsonObject;
  for (const names of MESSAGES) {
    const said = names.flatMap((name) => messagesIn(fields[name], depth + 1)).slice(0, MOST_ENTRIES);
    // Gateways hand on what a provider said beside a message of their own.
    const handedOn = isObject(fields["metadata"]) ? messagesIn(fields["metadata"]["raw"], depth + 1) : [];
    if (said.length + handedOn.length > 0) return [...said.map(naming(fields)), ...handedOn];
  }
  return messagesByField(fields, depth);
}

/** A message may hold the whole answer of another server. */
function messagesOfText(value: string, depth: number): string[] {
  const inner = depth < DEEPEST && value.trimStart().startsWith("{") ? jsonOf(value) : undefined;
  const said = isObject(inner) ? messagesIn(inner, depth + 1) : [];
  return said.length > 0 ? said : value.trim() === "" ? [] : [value];
}

/** `{"seed": ["not allowed"]}`. */
const messagesByField = (fields: JsonObject, depth: number): string[] =>
  depth === 0
    ? []
    : Object.entries(fields)
        .slice(0, MOST_ENTRIES)
        .filter(([, value]) => Array.isArray(value))
        .flatMap(([name, value]) => messagesIn(value, depth + 1).map((said) => `${name}: ${said}`));

/** A message with the field of the request that it is about, where it does not name that itself. */
function naming(fields: JsonObject): (said: string) => string {
  const { loc } = fields;
  if (Array.isArray(loc)) return (said) => `${loc.slice(0, MOST_ENTRIES).join(".")}: ${said}`;
  const about = ABOUT.map((name) => text(fields[name])).find((name) => name !== "");
  return (said) => (about === undefined || said.includes(about) ? said : `${about}: ${said}`);
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const oneLine = (said: string): string =>
  said
    .slice(0, LONGEST_SAID * 2)
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, LONGEST_SAID);

const text = (value: unknown): string => (typeof value === "string" ? value : "");
