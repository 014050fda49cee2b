/** A fleet as the rules across appliances see it: of each appliance the little that has to differ from the others. */

/** What distinguishes an appliance's certificate; all but name and file are absent if none could be read. */
export interface Identity {
  /** Unique in the fleet: the path without its ending, or the manifest's name. */
  readonly name: string;
  /** The certificate's file. */
  readonly file: string;
  /** SHA-256 of the certificate, hexadecimal digits. */
  readonly fingerprint?: string;
  /** SHA-256 of its SubjectPublicKeyInfo. */
  readonly keyFingerprint?: string;
  readonly commonName?: string;
  /** The issuer's whole name. */
  readonly issuer?: string;
  readonly serialNumber?: string;
  /** DNS names and addresses of subjectAltName. */
  readonly names?: readonly string[];
  /** In ISO 8601, or as it stands there if it cannot be read. */
  readonly notAfter?: string;
}

/** An appliance that could not be judged, in most cases for one of its files cannot be opened. */
export interface Unread {
  readonly name: string;
  readonly file: string;
  readonly why: string;
  /** An error of certcheck itself. */
  readonly isBroken?: true;
}

/** A file that belongs to no appliance. */
export interface Stray {
  readonly file: string;
  /** By its ending: what a certificate, a key or a chain is called, or anything else. */
  readonly kind: "certificate" | "key" | "chain" | "other";
  /** Why it was not taken though it might be meant, as the end of a sentence. */
  readonly why?: string;
}

/** All appliances, in the order of their names. */
export interface Fleet {
  readonly appliances: Appliances;
  readonly unread: readonly Unread[];
  readonly strays: readonly Stray[];
  /** Whether a manifest says what belongs to the fleet. */
  readonly manifest?: string;
}

/** Appliances by their place; each is made when it is asked for. */
export interface Appliances<A extends Identity = Identity> {
  readonly length: number;
  readonly at: (index: number) => A;
}
