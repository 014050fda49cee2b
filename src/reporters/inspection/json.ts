/** The inspection for programs; its shape is held by docs/inspect.schema.json, and what reports have as well is named as there. */
import type { Inspection, Item, PublicKeyFacts } from "../../inspection/inspection.ts";
import { version } from "../../version.ts";
import { serialize } from "../json.ts";

/** Grows when a change would break a reader; new fields do not. */
export const INSPECTION_VERSION = 1;

/** Writes it. */
export const inspectionJson = ({ files, ...inspection }: Inspection): string =>
  serialize(
    {
      schemaVersion: INSPECTION_VERSION,
      tool: { name: "certcheck", version },
      ...inspection,
      files: files.map(({ items, ...file }) => ({ ...file, items: items.map(itemJson) })),
    },
    2,
  );

function itemJson(item: Item): object {
  switch (item.kind) {
    case "certificate": {
      const { period, publicKey, digests, extensions, irregularities, sample, ...rest } = item;
      const { from: notBefore, until: notAfter, ...judged } = period;
      return {
        ...rest,
        notBefore,
        notAfter,
        ...judged,
        ...keyJson(publicKey),
        fingerprint: digests.sha256,
        fingerprintSha1: digests.sha1,
        extensions,
        irregularities,
        ...(sample && { sample }),
      };
    }
    case "CRL": {
      const { period, ...rest } = item;
      const { from: thisUpdate, until: nextUpdate, ...judged } = period;
      return { ...rest, thisUpdate, ...(nextUpdate !== undefined && { nextUpdate }), ...judged };
    }
    case "request":
    case "private key": {
      const { publicKey, ...rest } = item;
      return { ...rest, ...(publicKey && keyJson(publicKey)) };
    }
    default:
      return item;
  }
}

const keyJson = ({ sha256, ...publicKey }: PublicKeyFacts): object => ({ publicKey, keyFingerprint: sha256 });
