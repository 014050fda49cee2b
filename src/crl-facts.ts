/** What may be told of CRLs: what came of each place, and what each list says of itself, as plain data. */
import type { CrlSource } from "./crl-source.ts";
import type { CrlInFile } from "./pki/crl-file.ts";
import { crlExtension } from "./pki/crl-extensions.ts";
import { formatName } from "./pki/name.ts";
import { formatInstant, type Time } from "./pki/time.ts";

/** A place where CRLs were looked for. */
export interface CrlPlaceFacts {
  /** The file as it was given, or the URL. */
  readonly name: string;
  readonly kind: CrlSource["kind"];
  /** What came of it. */
  readonly state: "read" | "unreadable" | "unreachable" | "not asked";
  readonly crls: readonly CrlFacts[];
}

/** A CRL, in its own words. */
export interface CrlFacts {
  readonly issuer: string;
  /** In ISO 8601, or as it stands in the CRL if it cannot be read. */
  readonly thisUpdate: string;
  readonly nextUpdate?: string;
  /** Hexadecimal digits. */
  readonly number?: string;
  /** How many certificates it lists. */
  readonly entries: number;
}

/** The facts of a place. */
export const crlPlaceFacts = ({ name, kind, failure, limit, file }: CrlSource): CrlPlaceFacts => ({
  name,
  kind,
  state:
    limit !== undefined
      ? "not asked"
      : failure !== undefined
        ? "unreachable"
        : file !== undefined && file.crls.length > 0
          ? "read"
          : "unreadable",
  crls: (file?.crls ?? []).map(crlFacts),
});

function crlFacts(crl: CrlInFile): CrlFacts {
  const { issuer, thisUpdate, nextUpdate, entries } = crl;
  const number = crlExtension(crl, "cRLNumber");
  return {
    issuer: formatName(issuer),
    thisUpdate: instant(thisUpdate),
    ...(nextUpdate && { nextUpdate: instant(nextUpdate) }),
    ...(number !== undefined && { number }),
    entries,
  };
}

const instant = ({ at, text }: Time): string => (Number.isNaN(at) ? text : formatInstant(at));
