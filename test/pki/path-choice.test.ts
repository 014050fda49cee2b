/** Which path is taken among CAs of the same names: random collections of them, held against openssl verify. */
import { expect, test } from "vitest";
import { readCertificate } from "../../src/pki/certificate.ts";
import { validatePath } from "../../src/pki/path.ts";
import { randomOf } from "../fuzz/random.ts";
import { NOW } from "../support/bundle.ts";
import { type KeyName, mint, pem, rawExtension } from "../support/mint.ts";
import { openssl, opensslVersion, orSkipped } from "../support/openssl.ts";
// After mint.ts, which loads the polyfill that the library needs.
import * as x509 from "@peculiar/x509";

const random = randomOf(5280);
const names = ["A", "B", "C"] as const;
const keys = ["root", "policy"] as const satisfies readonly KeyName[];

/** Key identifiers that tell the keys apart. */
const identifier = (extension: "2.5.29.14" | "2.5.29.35", key: KeyName): x509.Extension => {
  const digits = key === "root" ? "0101" : "0202";
  return rawExtension(extension, extension === "2.5.29.14" ? `0402${digits}` : `30048002${digits}`);
};

/** A CA of one of the names, certified by another or by itself; often a bad one. */
async function anyCa(index: number): Promise<Buffer> {
  const [subject, key] = [random.pick(names), random.pick(keys)];
  const isSelf = random.chance(0.35);
  const issuer = isSelf ? subject : random.pick(names);
  const signer = isSelf ? key : random.pick(keys);
  return mint({
    subject: [["CN", subject]],
    key,
    issuer: { subject: [["CN", issuer]], key: signer },
    serialNumber: (index + 16).toString(16),
    notAfter: random.pick(["2048-01-01", "2048-01-01", "2048-01-01", "2026-02-01", "2026-03-01"]),
    extensions: [
      new x509.BasicConstraintsExtension(random.chance(0.95), undefined, true),
      ...(random.chance(0.5) ? [identifier("2.5.29.14", key)] : []),
      ...(random.chance(0.5) ? [identifier("2.5.29.35", random.chance(0.9) ? signer : random.pick(keys))] : []),
    ],
  });
}

/** Enough to meet each way in which the choice matters. */
const CASES = 80;

test.skipIf(opensslVersion === undefined)(
  `the verdict is that of openssl verify, whatever the order${orSkipped}`,
  async () => {
    const pool = await Promise.all(Array.from({ length: 60 }, (_, index) => anyCa(index)));
    const leaves = await Promise.all(
      [[], [identifier("2.5.29.35", "root")]].map((extensions) =>
        mint({
          subject: [["CN", "leaf"]],
          key: "leaf",
          issuer: { subject: [["CN", "A"]], key: "root" },
          extensions,
        }),
      ),
    );
    const kinds = new Map<string, number>();
    for (let count = 0; count < CASES; count++) {
      const some = (most: number): Buffer[] =>
        Array.from({ length: random.size(most) }, () => random.pickAny(pool)).filter((ca) => ca !== undefined);
      const leaf = random.pickAny(leaves) ?? Buffer.alloc(0);
      const chain = some(10);
      const roots = random.chance(0.5) ? some(6) : chain;
      const block = (der: Uint8Array): string => pem("CERTIFICATE", der);
      const files = {
        "leaf.pem": block(leaf),
        "chain.pem": chain.map(block).join(""),
        "roots.pem": roots.map(block).join(""),
      };
      const options = ["-no-CApath", "-no-CAstore", "-attime", String(NOW / 1000)];
      const { ok, out } = openssl(
        ["verify", ...options, "-CAfile", "roots.pem", "-untrusted", "chain.pem", "leaf.pem"],
        files,
      );
      const [candidates, anchors] = [chain, roots].map((ders) => ders.map(readCertificate));
      const { problems } = validatePath({
        leaf: readCertificate(leaf),
        candidates: candidates ?? [],
        anchors: anchors ?? [],
        now: NOW,
      });
      const kind = problems.length === 0 ? "valid" : (problems[0]?.kind ?? "");
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      expect(problems.length === 0, `${out}\n${problems.map(({ message }) => message).join("\n")}`).toBe(ok);
    }
    expect([...kinds.keys()]).toEqual(expect.arrayContaining(["valid", "gap", "choice", "signature"]));
  },
  60_000,
);
