/** What to connect to, as people write it: a host with or without a port, an address of IPv6 in brackets (RFC 3986), a URL from a browser. */
import { UsageError } from "../errors.ts";
import { nameKind, parseIp, plainName } from "../pki/dns-name.ts";

/** Where to connect. */
export interface Target {
  /** What findings call it, such as `sensor.contoso.com:443`. */
  readonly name: string;
  readonly host: string;
  readonly kind: "name" | "address";
  readonly port: number;
}

/** The console's. */
const DEFAULT_PORT = 443;
const MAX_PORT = 65_535;

/** @throws UsageError */
export function parseTarget(text: string): Target {
  const url = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/?#]*@)?([^/?#]*)/i.exec(text);
  const [, scheme = "https", authority = text] = url ?? [];
  if (scheme.toLowerCase() !== "https")
    throw new UsageError(`${scheme}: is not a scheme with TLS`, "give the host, and the port unless it is 443");
  // A password may stand before the host.
  const said = text.replace(/^([^/]*:\/\/)[^/?#]*@/, "$1");
  const ip = parseIp(authority);
  if (ip !== undefined) return targetOf(ip, "address", DEFAULT_PORT);
  const [, bracketed, plain = "", digits] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,6}))?$/.exec(authority) ?? [];
  const port = digits === undefined ? DEFAULT_PORT : Number(digits);
  const address = parseIp(bracketed ?? plain);
  const host = address ?? plainName(asciiName(plain));
  if ((bracketed !== undefined && address === undefined) || (address === undefined && !isName(host)))
    throw new UsageError(
      `${said}: is not a host`,
      "give a name or an address, such as sensor.contoso.com, 10.1.0.7:8443 or [fd00::7]:443",
    );
  if (port < 1 || port > MAX_PORT) throw new UsageError(`${said}: is not a port`, `ports are 1 to ${MAX_PORT}`);
  return targetOf(host, address === undefined ? "name" : "address", port);
}

const targetOf = (host: string, kind: Target["kind"], port: number): Target => ({
  name: `${host.includes(":") ? `[${host}]` : host}:${port}`,
  host,
  kind,
  port,
});

const isName = (text: string): boolean => ["domain", "bare"].includes(nameKind(text));

/** Names in other scripts as DNS has them. */
const asciiName = (text: string): string =>
  /[^\0-\x7f]/.test(text) && URL.canParse(`https://${text}`) ? new URL(`https://${text}`).hostname : text;
