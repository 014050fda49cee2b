/** What is told of revocation lists, RFC 5280 section 5: their dates, what they are about, and who is on them. */
import type { Certificate } from "../pki/certificate.ts";
import type { CrlInFile } from "../pki/crl-file.ts";
import type { Revocation } from "../pki/crl-entry.ts";
import { crlExtension } from "../pki/crl-extensions.ts";
import { displayName, formatName, sameName } from "../pki/name.ts";
import { formatTime } from "../pki/time.ts";
import { periodOf } from "./certificate.ts";
import { meaningOf } from "./extension-meanings.ts";
import type { CrlItem, SoughtSerial } from "./inspection.ts";
import { formatGeneralName } from "./name-text.ts";
import { nameOf } from "./names.ts";

/** Whom to look for. */
export interface Sought {
  /** Hexadecimal digits, as in `Certificate`. */
  readonly serialNumbers: readonly string[];
  /** Looked for on the lists of their issuers. */
  readonly certificates: readonly Certificate[];
}

/** The facts of a list at a time, in milliseconds since 1970. */
export function crlItem(crl: CrlInFile, sought: Sought, now: number): CrlItem {
  const { issuer, version, thisUpdate, nextUpdate, entries, signatureAlgorithm, signatureState, extensions } = crl;
  const number = crlExtension(crl, "cRLNumber");
  return {
    kind: "CRL",
    ...(crl.line !== undefined && { line: crl.line }),
    name: displayName(issuer),
    issuer: formatName(issuer),
    version,
    period: periodOf(thisUpdate, nextUpdate, now),
    ...(number !== undefined && { number }),
    entries,
    signatureAlgorithm: signatureAlgorithm.name,
    signature: signatureState,
    scope: scopeOf(crl),
    extensions: extensions.map(({ oid, critical }) => ({
      name: nameOf(oid),
      critical,
      meaning: meaningOf(nameOf(oid), [], "CA"),
    })),
    sought: soughtIn(crl, sought),
  };
}

/** What limits the list, in words. */
function scopeOf(crl: CrlInFile): string[] {
  const base = crlExtension(crl, "deltaCRLIndicator");
  const point = crlExtension(crl, "issuingDistributionPoint");
  return [
    ...(base === undefined ? [] : [`only what has changed since the list number ${base}`]),
    ...(point?.onlyContainsUserCerts ? ["only certificates that are no CA's"] : []),
    ...(point?.onlyContainsCACerts ? ["only certificates of CAs"] : []),
    ...(point?.onlyContainsAttributeCerts ? ["only attribute certificates"] : []),
    ...(point?.onlySomeReasons ? [`only revocations for ${point.onlySomeReasons.join(", ")}`] : []),
    ...(point?.indirectCRL ? ["certificates of other issuers as well (an indirect list)"] : []),
    ...(point?.point?.names ?? []).map((name) => `certificates that name ${formatGeneralName(name)}`),
  ];
}

function soughtIn(crl: CrlInFile, { serialNumbers, certificates }: Sought): SoughtSerial[] {
  const own = certificates.filter(({ issuer }) => sameName(issuer, crl.issuer));
  const isOwn = ({ certificateIssuer = [] }: Revocation, { issuer }: Certificate): boolean =>
    certificateIssuer.length === 0 || certificateIssuer.some((name) => sameName(name, issuer));
  return [
    ...serialNumbers.map((serial) => stateOf(serial, entriesOf(crl, serial), crl.isCut)),
    ...own.map((certificate) => {
      const { serialNumber, subject } = certificate;
      const found = entriesOf(crl, serialNumber).filter((entry) => isOwn(entry, certificate));
      return { ...stateOf(serialNumber, found, crl.isCut), certificate: displayName(subject) };
    }),
  ];
}

const entriesOf = ({ revoked }: CrlInFile, serial: string): Revocation[] =>
  revoked.filter(({ serialNumber }) => trimZeros(serialNumber) === trimZeros(serial));

const trimZeros = (digits: string): string => digits.replace(/^0+(?=.)/, "");

/** An entry that revokes counts before one that lifts a revocation. */
function stateOf(serialNumber: string, found: readonly Revocation[], isCut: boolean): SoughtSerial {
  const entry = found.find(({ reason }) => reason !== "removeFromCRL") ?? found[0];
  if (entry === undefined) return { serialNumber, state: isCut ? "unknown" : "not on the list" };
  const { date, reason, certificateIssuer = [] } = entry;
  return {
    serialNumber,
    state: reason === "removeFromCRL" ? "taken off the list" : "revoked",
    since: formatTime(date),
    ...(reason !== undefined && { reason }),
    ...(certificateIssuer.length > 0 && { issuer: certificateIssuer.map(formatName).join("; ") }),
  };
}
