/** What may be told of CRLs: what came of each place, and what each list says of itself, as plain data. */
import type { CrlSource } from "../bundle/crl-source.ts";
import type { CrlInFile } from "../pki/crl-file.ts";
import { crlExtension } from "../pki/crl-extensions.ts";
import { displayName, formatName } from "../pki/name.ts";
import { formatTime } from "../pki/time.ts";

/** A place where CRLs were looked for. */
export interface CrlPlaceFacts {
  /** The file as it was given, or the URL. */
  readonly name: string;
  readonly kind: CrlSource["kind"];
  /** What came of it: `unreadable` is a place that hands out something else than CRLs. */
  readonly state: "read" | "unreadable" | "unreachable" | "not asked";
  readonly crls: readonly CrlFacts[];
}

/** A CRL, in its own words. */
export interface CrlFacts {
  readonly issuer: string;
  /** What people call the issuer. */
  readonly issuerName: string;
  /** In ISO 8601, or as it stands in the CRL if it cannot be read. */
  readonly thisUpdate: string;
  readonly nextUpdate?: string;
  /** Hexadecimal digits. */
  readonly number?: string;
  /** How many certificates it lists. */
  readonly entries: number;
}

/** The facts of a place. */
export const crlPlaceFacts = (source: CrlSource): CrlPlaceFacts => ({
  name: source.name,
  kind: source.kind,
  state: stateOf(source),
  crls: (source.file?.crls ?? []).map(crlFacts),
});

function stateOf({ limit, failure, file }: CrlSource): CrlPlaceFacts["state"] {
  if (limit !== undefined) return "not asked";
  if (failure !== undefined || file === undefined) return "unreachable";
  return file.crls.length > 0 ? "read" : "unreadable";
}

function crlFacts(crl: CrlInFile): CrlFacts {
  const { issuer, thisUpdate, nextUpdate, entries } = crl;
  const number = crlExtension(crl, "cRLNumber");
  return {
    issuer: formatName(issuer),
    issuerName: displayName(issuer),
    thisUpdate: formatTime(thisUpdate),
    ...(nextUpdate && { nextUpdate: formatTime(nextUpdate) }),
    ...(number !== undefined && { number }),
    entries,
  };
}
