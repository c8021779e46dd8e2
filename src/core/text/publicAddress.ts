/** Addresses of servers as they may be shown and recorded. */

/** Names of query parameters that let somebody in. */
const SECRET_NAME = /key|token|secret|sig|pass|auth|cred|session|code|jwt|sas/i;
/** Values that are keys whatever they are called: those of known issuers, and long ones of letters and digits. */
const SECRET_VALUE =
  /^(sk|pk|rk|hf|ghp|gho|glpat|xox[a-z]|eyJ|AKIA|AIza)[-_A-Za-z0-9]{8}|^(?=[^\d]*\d)(?=[^a-z]*[a-z])[\w.~+/=-]{32,}$/i;

/**
 * @returns a web address without user name, password, fragment and the query parameters that look like keys; any other
 *   text, as a folder or a model's name, as it is
 */
export function publicAddress(text: string): string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return text;
  const url = new URL(text);
  const secrets = [...url.searchParams].filter(([name, value]) => SECRET_NAME.test(name) || SECRET_VALUE.test(value));
  if (url.username === "" && url.password === "" && url.hash === "" && secrets.length === 0) return text;
  url.username = "";
  url.password = "";
  url.hash = "";
  for (const [name] of secrets) url.searchParams.delete(name);
  // An address that was given without a slash at its end is shown without.
  return url.pathname === "/" && url.search === "" ? url.origin : url.href;
}
