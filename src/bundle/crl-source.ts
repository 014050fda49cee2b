/** Where CRLs are looked for, and what came of each place. */
import type { Certificate } from "../pki/certificate.ts";
import type { CrlFile } from "../pki/crl-file.ts";
import { extension } from "../pki/extensions.ts";
import type { GeneralName } from "../pki/general-name.ts";
import type { DistributionPoint } from "../pki/distribution-point.ts";

/** A file or a URL, and what came of it. */
export interface CrlSource {
  /** The file as it was given, or the URL as it stands in the certificate. */
  readonly name: string;
  readonly kind: "file" | "url";
  /** Why nothing came. */
  readonly failure?: string;
  /** Why it was not even tried. */
  readonly limit?: string;
  /** Where the server sent certcheck on to. */
  readonly redirects?: readonly string[];
  /** How the server encoded it, unasked. */
  readonly encoding?: string;
  /** What came. */
  readonly file?: CrlFile;
}

/** All places where CRLs were looked for. */
export interface Crls {
  readonly sources: readonly CrlSource[];
  /** Whether the certificates' own places were asked. */
  readonly isOnline: boolean;
}

/** A URL as it stands in a certificate. */
export interface CrlUrl {
  readonly text: string;
  /** Absent if the text is no URL. */
  readonly url?: URL;
  /** Byte offset in the certificate. */
  readonly offset: number;
}

/** The URLs of distribution points: several rules ask, and reading a URL takes a while. */
const known = new WeakMap<DistributionPoint, readonly CrlUrl[]>();

/** The URLs of a distribution point. */
export function urlsOf(point: DistributionPoint): readonly CrlUrl[] {
  const found = known.get(point) ?? point.names.filter(({ type }) => type === "uri").map(readUrl);
  known.set(point, found);
  return found;
}

const readUrl = ({ value: text, offset }: GeneralName): CrlUrl =>
  URL.canParse(text) ? { text, offset, url: new URL(text) } : { text, offset };

/** As it is written: what a lenient reader makes of `http:crl.contoso.com` is nothing to rely on. */
export const isHttp = ({ text, url }: CrlUrl): boolean => url !== undefined && /^http:\/\/[^/]/i.test(text);

/**
 * The http URLs of a certificate, those that can stand for each other together: all of one distribution point, and
 * the distribution points that do not limit their CRL to some reasons (RFC 5280 section 4.2.1.13).
 */
export function httpUrls(certificate: Certificate): CrlUrl[][] {
  const points = extension(certificate, "cRLDistributionPoints") ?? [];
  const complete = points.filter(({ partialReasons }) => !partialReasons);
  const groups = [complete, ...points.filter(({ partialReasons }) => partialReasons).map((point) => [point])];
  return groups.map((group) => group.flatMap(urlsOf).filter(isHttp)).filter(({ length }) => length > 0);
}
