/** A report of everything that there can be in one, also what no scenario has: two appliances, waivers, a broken rule, revoked certificates. */
import type { ChainFacts, PathCertificate } from "../../src/report/chain-facts.ts";
import type { Result, Waiver } from "../../src/evaluation/evaluate.ts";
import type { BundleReport, Report } from "../../src/report/report.ts";
import { formatRemedy } from "../../src/rule.ts";
import { madeFinding, madeResult, madeWaiver } from "../support/report.ts";

/** What stands in each place for a text of unknown origin. */
export const PLACE = "zebra";

const waiver = (text: string): Waiver => ({ ...madeWaiver, reason: text, owner: text });

/** A result; by default it fails, and is found once. */
export const resultOf = (rule: string, text = PLACE, more: Partial<Result> = {}): Result =>
  madeResult({
    rule,
    findings: [
      madeFinding({
        message: `found ${text} there`,
        file: text,
        fix: formatRemedy({ advice: `Replace ${text} in it.`, commands: [`openssl ${text.replaceAll("\n", " ")}`] }),
      }),
    ],
    ...more,
  });

/** A certificate of a path. */
export const certificateOf = (name: string, more: Partial<PathCertificate> = {}): PathCertificate => ({
  name,
  file: "ca.pem",
  line: 1,
  role: "CA",
  notBefore: "2026-01-01T00:00:00Z",
  notAfter: "2048-01-01T00:00:00Z",
  validity: "current",
  problems: [],
  ...more,
});

/** A chain. */
export const chainOf = (path: readonly PathCertificate[], more: Partial<ChainFacts> = {}): ChainFacts => ({
  path,
  anchored: true,
  ordered: true,
  others: [],
  ...more,
});

/** An appliance that is refused, with a text in every place that takes one. */
export const refusedBundle = (text = PLACE): BundleReport => ({
  name: text,
  verdict: "refused",
  messages: ["chain-of-trust", "revoked"],
  files: [
    { file: text, slot: "certificate", kind: "certificate", details: [text, text], sha256: "ab".repeat(32) },
    { file: text, slot: "key", kind: "private key", details: [], sha256: undefined },
  ],
  certificate: {
    subject: text,
    commonName: text,
    issuer: text,
    serialNumber: "5a17",
    notBefore: "2026-01-01T00:00:00Z",
    notAfter: "2048-01-01T00:00:00Z",
    signatureAlgorithm: text,
    publicKey: { algorithm: text, bits: 2048 },
    fingerprint: "cd".repeat(32),
    keyFingerprint: "ef".repeat(32),
    subjectAltNames: [text, text],
    crlUrls: [text],
  },
  chain: {
    path: [
      certificateOf(text, { role: "leaf", file: text, revocation: "revoked" }),
      certificateOf(text, {
        file: text,
        notAfter: "2026-02-01T00:00:00Z",
        validity: "expired",
        problems: [{ on: "link", kind: "signature", message: text }],
      }),
      certificateOf(text, { file: text, notBefore: "2027-01-01T00:00:00Z", validity: "not begun" }),
      certificateOf(text, { file: text, notBefore: text, notAfter: text, validity: "unreadable" }),
    ],
    anchored: false,
    missing: text,
    ordered: false,
    others: [
      { name: text, file: text, line: 3, why: "duplicate" },
      { name: text, file: text, why: "unconnected" },
    ],
  },
  crls: [
    {
      name: text,
      kind: "url",
      state: "read",
      crls: [{ issuer: text, issuerName: text, thisUpdate: "2026-11-20T00:00:00Z", entries: 1_000_000 }],
    },
    { name: text, kind: "file", state: "unreachable", crls: [] },
  ],
  notChecked: [
    { what: text, why: text, option: "--online" },
    { what: text, why: text },
  ],
  results: [
    resultOf("chain/trusted", text, { refusal: "chain-of-trust" }),
    resultOf("revocation/not-revoked", text, {
      refusal: "revoked",
      waiver: { ...waiver(text), state: "in force" },
    }),
    resultOf("subject/country", text, { waiver: { ...waiver(text), state: "expired" } }),
    resultOf("subject/organization", text, { severity: "warning", ruleSeverity: "error" }),
    resultOf("subject/common-name", text, { waiver: { ...waiver(text), state: "in force" } }),
    resultOf("hygiene/clean", text, { severity: "warning" }),
    resultOf("key/fast", text, { severity: "info" }),
    resultOf("key/size", text, { outcome: "broken", reason: text, findings: [] }),
    resultOf("key/consistent", text, { outcome: "skipped", reason: text, findings: [] }),
    resultOf("validity/begun", text, { outcome: "holds", findings: [] }),
    resultOf(`unknown/${text}`, text),
  ],
  fetchCommand: `curl ${text}`,
});

/** An appliance that is ready, with a text in every place that takes one. */
const readyBundle = (text = PLACE): BundleReport => ({
  name: text,
  verdict: "ready",
  messages: [],
  files: [],
  notChecked: [],
  results: [resultOf("validity/begun", text, { outcome: "holds", findings: [] })],
  upload: {
    prepare: `cat ${text}`,
    dialog: [["Certificate file (.crt)", text]],
    command: `cyberx-xsense-certificate-import --crt ${text}`,
    root: { name: text, fingerprint: "12".repeat(32), file: text, commands: [["Linux", `sudo cp ${text}`]] },
    hosts: `192.0.2.17 ${text}`,
  },
});

/** The report. */
export const madeUpReport = (text = PLACE, more: Partial<Report> = {}): Report => ({
  at: "2026-11-21T00:00:00Z",
  edition: "2023",
  verdict: "refused",
  exitCode: 3,
  failOn: "error",
  configuration: text,
  waivers: (["used", "unused", "expired", "unasked", "elsewhere"] as const).map((state) => ({
    rule: text,
    subject: text,
    state,
    ...waiver(text),
  })),
  bundles: [refusedBundle(text), readyBundle(text)],
  ...more,
});
