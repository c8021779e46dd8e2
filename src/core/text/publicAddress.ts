/** Addresses of servers as they may be shown and recorded. */

/** Names of parameters that let somebody in. */
const SECRET_NAME = /key|token|secret|sig|pass|auth|cred|session|code|jwt|sas/i;
/** What keys of known issuers begin with. */
const ISSUED = /^(sk|pk|rk|hf|ghp|gho|glpat|xox[a-z]|eyJ|AKIA|AIza)[-_A-Za-z0-9]{8}/;
/** Shorter ones can be names and versions. */
const SHORTEST_KEY = 32;

/**
 * @returns a web address without user name, password, and the parameters that look like keys; any other text, as a
 *   folder or a model's name, as it is
 */
export function publicAddress(text: string): string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return text;
  const url = new URL(text);
  const search = withoutKeys(url.search.slice(1));
  const hash = withoutKeys(url.hash.slice(1));
  const isPublic = search === url.search.slice(1) && hash === url.hash.slice(1);
  if (isPublic && url.username === "" && url.password === "") return text;
  url.username = "";
  url.password = "";
  url.search = search;
  url.hash = hash;
  // An address that was given without a slash at its end is shown without.
  return url.pathname === "/" && search === "" ? url.origin + url.hash : url.href;
}

/** Parameters behind `?` or `#`, or a single name there, without those that look like keys. */
function withoutKeys(parameters: string): string {
  if (!parameters.includes("=")) return isKey(parameters) ? "" : parameters;
  const kept = parameters.split("&").filter((parameter) => {
    const [name = "", value = ""] = parameter.split("=", 2);
    return !SECRET_NAME.test(name) && !isKey(value);
  });
  return kept.join("&");
}

function isKey(value: string): boolean {
  if (ISSUED.test(value)) return true;
  return value.length >= SHORTEST_KEY && /^[\w.~+/%-]+$/.test(value) && /\d/.test(value) && /[a-z]/i.test(value);
}
