/** General names and distribution points as lines of text, the names' kinds in the words of OpenSSL. */
import type { DistributionPoint } from "../pki/distribution-point.ts";
import type { GeneralName } from "../pki/general-name.ts";

const labels: Readonly<Partial<Record<GeneralName["type"], string>>> = {
  dns: "DNS",
  ip: "IP",
  uri: "URI",
  directory: "name",
  oid: "OID",
};

/** `DNS:sensor.contoso.com`. */
export const formatGeneralName = ({ type, value }: GeneralName): string => `${labels[type] ?? type}:${value}`;

/** The same of a name constraint: an address range has its mask behind the address. */
export function formatConstraint(base: GeneralName): string {
  const half = base.bytes.length / 2;
  if (base.type !== "ip" || (half !== 4 && half !== 16)) return formatGeneralName(base);
  const part = (bytes: Uint8Array): string =>
    half === 4 ? bytes.join(".") : (Buffer.from(bytes).toString("hex").match(/.{4}/g) ?? []).join(":");
  return `IP:${part(base.bytes.subarray(0, half))}/${part(base.bytes.subarray(half))}`;
}

/** The names of a distribution point, with what limits it. */
export const formatPoint = ({ names, relativeName, cRLIssuer, partialReasons }: DistributionPoint): string[] => [
  ...names.map(formatGeneralName),
  ...(relativeName ? ["a name relative to the issuer's"] : []),
  ...(cRLIssuer ?? []).map((issuer) => `signed by ${formatGeneralName(issuer)}`),
  ...(partialReasons ? ["for some reasons of revocation only"] : []),
];
