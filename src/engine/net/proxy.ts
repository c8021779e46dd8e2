/** The proxy that the environment names for an address: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`, in capitals or not. */
import { Agent, ProxyAgent, type Dispatcher } from "undici";
import { ActionableError } from "../../core/protocol/rpc";
import { l10n } from "../../core/text/l10n";

/** A proxy elsewhere cannot reach a server on this machine. */
const OWN_MACHINE = /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/;
/** Who asks says how long to wait; the library's own limits would end the answer to a long prompt. */
const PATIENT = { headersTimeout: 0, bodyTimeout: 0 };
/** Few proxies tunnel to anything but TLS, so the others are asked for the whole address. */
const PROXIED = { ...PATIENT, proxyTunnel: false };

const carriers = new Map<string, Dispatcher>();

/**
 * What carries a request for `url`.
 * @throws ActionableError `proxy-address`
 */
export function carrierFor(url: URL, env: NodeJS.ProcessEnv = process.env): Dispatcher {
  const proxy = proxyAddress(url, env) ?? "";
  const known = carriers.get(proxy);
  if (known) return known;
  const carrier = proxy === "" ? new Agent(PATIENT) : new ProxyAgent({ ...PROXIED, uri: proxy });
  carriers.set(proxy, carrier);
  return carrier;
}

/** The host of the proxy for `url`; undefined where it is asked directly. */
export function proxyFor(url: URL, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const address = proxyAddress(url, env);
  return address === undefined ? undefined : new URL(address).host;
}

function proxyAddress({ protocol, hostname, port }: URL, env: NodeJS.ProcessEnv): string | undefined {
  const read = (name: string) => env[name.toLowerCase()] || env[name] || undefined;
  const name = protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  // The one for all may speak another protocol, which programs that do not know it leave alone.
  const value = read(name) ?? read("ALL_PROXY")?.match(/^(?!\w+:\/\/)[^\s]+$|^https?:\/\/.*/i)?.[0];
  if (value === undefined || OWN_MACHINE.test(hostname)) return undefined;
  if (isExcepted(hostname, port || (protocol === "https:" ? "443" : "80"), read("NO_PROXY") ?? "")) return undefined;
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return address;
  throw new ActionableError(
    "proxy-address",
    l10n.later`${name} does not hold the address of an HTTP proxy.`,
    l10n.later`Set ${name} to http://host:port, or unset it.`,
  );
}

/** Whether an entry of `NO_PROXY` is the host, a domain that it is in, either with a port, or `*`. */
function isExcepted(host: string, port: string, entries: string): boolean {
  return entries
    .toLowerCase()
    .split(/[,\s]+/)
    .filter(Boolean)
    .some((entry) => {
      if (entry === "*") return true;
      const [, name = entry, only] = /^(.+):(\d+)$/.exec(entry) ?? [];
      const bare = name.replace(/^\*?\./, "");
      return (only === undefined || only === port) && (host === bare || host.endsWith(`.${bare}`));
    });
}
