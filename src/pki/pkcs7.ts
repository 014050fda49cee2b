/** PKCS#7 containers, RFC 2315 and CMS, RFC 5652: the certificates that go with signed data, byte by byte as they are there. */
import { children, context, DerError, fields, innerOfTag, readDer, TAG, unexpected, whole } from "./der.ts";
import { readOid } from "./der-values.ts";

/** Most certificates that are read. */
const MAX_CERTIFICATES = 200;

const SIGNED_DATA = "1.2.840.113549.1.7.2";

/** What a container holds that may go into an upload. */
export interface Pkcs7 {
  /** In DER, in their order. */
  readonly certificates: readonly { readonly bytes: Uint8Array; readonly offset: number }[];
}

/**
 * Reads a container; of content that is signed, encrypted or digested, nothing is looked at.
 * @throws DerError if it is none
 */
export function readPkcs7(bytes: Uint8Array): Pkcs7 {
  const contentInfo = fields(readDer(bytes), "the container");
  if (readOid(contentInfo.take(TAG.oid, "its type")) !== SIGNED_DATA) return { certificates: [] };
  const data = contentInfo.optional(context(0));
  if (data === undefined) return { certificates: [] };
  const signedData = fields(innerOfTag(data, "the signed data"), "the signed data");
  signedData.take(TAG.integer, "the version");
  signedData.take(TAG.set, "the digest algorithms");
  signedData.take(TAG.sequence, "the content");
  const certificates = signedData.optional(context(0));
  signedData.optional(context(1)); // CRLs
  const signers = signedData.take(TAG.set, "the signers");
  for (const signer of children(signers)) if (signer.tag !== TAG.sequence) throw unexpected(signer, "a signer");
  const found = certificates === undefined ? [] : children(certificates);
  if (found.length > MAX_CERTIFICATES)
    throw new DerError(`more than ${MAX_CERTIFICATES} certificates`, found[MAX_CERTIFICATES]?.start ?? 0, "limit");
  return {
    // Other tags are for attribute certificates and what is still older.
    certificates: found
      .filter(({ tag }) => tag === TAG.sequence)
      .map((element) => ({ bytes: whole(element), offset: element.start })),
  };
}
