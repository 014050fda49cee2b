/** The ASN.1 of a file: its blocks in PEM one after the other, or the whole of it in DER. */
import { looksLikePem, readPem } from "../pki/pem.ts";
import { describeLabel } from "../pki/pem-label.ts";
import { readTree } from "./asn1-tree.ts";
import type { Asn1Block } from "./inspection.ts";

/** Most blocks of one file that are shown. */
const MAX_BLOCKS = 200;

/** Reads the trees of a file; never throws. */
export function readBlocks(bytes: Uint8Array): Asn1Block[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
  if (!looksLikePem(text)) return [readTree(bytes)];
  const trees: Asn1Block[] = [];
  for (const { label, line, headers, bytes: content } of readPem(text).blocks.slice(0, MAX_BLOCKS)) {
    // A label may be a piece of a key that has lost its line ends.
    const place = { label: describeLabel(label).replaceAll('"', ""), line };
    if (content === undefined) trees.push({ ...place, ...nothing("the block cannot be decoded") });
    else if (headers.size > 0)
      trees.push({ ...place, ...nothing("encrypted as a whole: there is no ASN.1 to be seen") });
    else if (label === "OPENSSH PRIVATE KEY") trees.push({ ...place, ...nothing("OpenSSH's own format is no ASN.1") });
    else trees.push({ ...place, ...readTree(content) });
  }
  return trees;
}

const nothing = (message: string): Pick<Asn1Block, "rows" | "problem"> => ({
  rows: [],
  problem: { message, offset: 0 },
});
