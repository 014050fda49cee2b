/** The layering law: a file imports its own layer and those before it; only one file reaches outside. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";

/** From the bytes up to the command line; a file may import its own row and those above. */
const layers = [
  ["pki/der.ts", "pki/pem-label.ts", "pki/oid.ts", "pki/base64-lines.ts"],
  ["pki/der-outline.ts", "pki/der-values.ts", "pki/der-writer.ts", "pki/pem-body.ts"],
  ["pki/name.ts", "pki/time.ts", "pki/dns-name.ts", "pki/pem.ts", "pki/pkcs7.ts", "pki/tls-flight.ts", "tls.ts"],
  ["pki/general-name.ts"],
  ["pki/distribution-point.ts"],
  ["pki/public-key.ts", "pki/signature.ts", "pki/extensions.ts", "pki/encryption.ts"],
  ["pki/certificate.ts", "pki/request.ts", "pki/key.ts", "pki/pbe.ts", "pki/crl-extensions.ts", "pki/crl-text.ts"],
  ["pki/link.ts", "pki/subtree.ts", "pki/pkcs12-mac.ts", "pki/handshake.ts", "pki/crl-entry.ts", "pki/crl-head.ts"],
  ["pki/name-constraints.ts", "pki/purpose.ts", "pki/strict.ts", "pki/crl-entries.ts", "pki/crl-signature.ts"],
  ["pki/path.ts", "pki/pkcs12.ts", "pki/rc2.ts", "pki/crl.ts", "pki/sealing.ts"],
  ["pki/crl-file.ts", "pki/crl-scope.ts", "pki/pkcs12-writer.ts"],
  ["pki/revocation.ts"],
  ["recognise.ts"],
  ["artifact.ts"],
  ["block-problems.ts"],
  ["decode.ts"],
  ["container.ts"],
  ["crl-source.ts", "endpoint.ts"],
  ["bundle.ts"],
  ["assemble.ts"],
  ["revocable.ts"],
  ["country.ts", "defender.ts", "pattern.ts", "glob.ts", "content.ts"],
  ["fleet/fleet.ts"],
  ["entity.ts"],
  ["rule.ts"],
  ["remedy.ts"],
  ["request.ts"],
  ["rules/file-repair.ts", "rules/tls-words.ts"],
  ["rules/files.ts", "rules/validity.ts", "rules/certificate.ts", "rules/subject.ts", "rules/names.ts"],
  [
    "rules/hygiene.ts",
    "rules/crl-point.ts",
    "rules/key.ts",
    "rules/passphrase.ts",
    "rules/chain.ts",
    "rules/chain-practice.ts",
  ],
  ["fleet/sharing.ts", "fleet/weeks.ts"],
  [
    "rules/revocation.ts",
    "rules/handshake.ts",
    "rules/policy.ts",
    "rules/fleet.ts",
    "rules/request.ts",
    "rules/endpoint.ts",
  ],
  ["rules/index.ts"],
  ["rules/catalogue.ts"],
  ["offered.ts"],
  ["crl-subjects.ts"],
  ["no-endpoint.ts", "subjects.ts"],
  ["endpoint-subjects.ts", "example.ts", "browser-certificate.ts"],
  ["explanation.ts", "rule-set.ts"],
  ["evaluate.ts"],
  ["facts.ts", "crl-facts.ts", "chain-facts.ts", "upload.ts", "submit.ts", "browser.ts"],
  ["endpoint-words.ts"],
  ["endpoint-facts.ts"],
  ["inspection/names.ts", "inspection/name-text.ts", "inspection/asn1-header.ts"],
  ["inspection/extension-meanings.ts", "inspection/extension-decoders.ts", "inspection/asn1-values.ts"],
  ["inspection/extension-values.ts"],
  [
    "inspection/asn1-tree.ts",
    "inspection/comparison.ts",
    "inspection/inspection.ts",
    "inspection/public-key.ts",
    "inspection/sample.ts",
  ],
  ["inspection/certificate.ts", "inspection/asn1-blocks.ts"],
  ["inspection/crl.ts"],
  ["report.ts", "version.ts"],
  ["waive.ts"],
  ["fleet/row.ts", "fleet/appliance.ts"],
  ["fleet/tally.ts", "fleet/rows.ts", "fleet/dispatch.ts"],
  ["reporters/text.ts", "reporters/place.ts"],
  ["reporters/style.ts"],
  ["reporters/outline.ts", "reporters/chain-words.ts", "reporters/waiver-words.ts", "reporters/markdown-text.ts"],
  ["reporters/chain-drawing.ts", "reporters/chain-picture.ts", "reporters/failures.ts"],
  [
    "reporters/result-lines.ts",
    "reporters/human-steps.ts",
    "reporters/rule-markdown.ts",
    "reporters/html-style.ts",
    "reporters/html-chain.tsx",
    "reporters/html-page.tsx",
  ],
  ["reporters/html-findings.tsx", "reporters/sarif-rules.ts", "reporters/markdown-sections.ts"],
  ["reporters/html-endpoint.tsx"],
  ["reporters/html-bundle.tsx"],
  ["reporters/conversion.ts"],
  ["reporters/human.ts", "reporters/json.ts", "reporters/html.tsx", "reporters/markdown.ts", "reporters/junit.ts"],
  ["reporters/sarif.ts", "reporters/github.ts", "reporters/gitlab.ts"],
  ["reporters/index.ts"],
  ["errors.ts", "http.ts"],
  ["network-failure.ts"],
  ["descriptors.ts", "network.ts", "tls-connection.ts"],
  ["drafts.ts", "new-files.ts", "new-key.ts", "thread.ts"],
  ["system.ts"],
  ["cache.ts", "progress-line.ts"],
  ["download.ts"],
  ["variable.ts"],
  ["selection.ts", "passphrase.ts", "operand.ts"],
  ["new-passphrase.ts"],
  ["fleet/file-name.ts", "fleet/walk.ts", "yaml-text.ts"],
  ["fleet/naming.ts", "fleet/scope.ts", "fleet/manifest-schema.ts"],
  ["fleet/pairing.ts", "fleet/manifest-text.ts", "fleet/manifest-csv.ts"],
  ["fleet/report.ts", "fleet/search.ts", "fleet/manifest.ts"],
  ["fleet/discovery.ts"],
  ["fleet/manifest-writer.ts"],
  ["fleet/line.ts"],
  ["fleet/merge.ts"],
  ["fleet/parts.ts"],
  ["reporters/fleet/calendar.ts", "reporters/fleet/summary.ts", "reporters/fleet/shared-rows.ts"],
  ["reporters/fleet/human-table.ts", "reporters/fleet/html-style.ts"],
  ["reporters/fleet/html-matrix.tsx", "reporters/fleet/html-timeline.tsx"],
  [
    "reporters/fleet/index.ts",
    "reporters/fleet/json.ts",
    "reporters/fleet/human.ts",
    "reporters/fleet/markdown.ts",
    "reporters/fleet/junit.ts",
    "reporters/fleet/sarif.ts",
    "reporters/fleet/github.ts",
    "reporters/fleet/gitlab.ts",
    "reporters/fleet/html.tsx",
    "reporters/fleet/ics.ts",
  ],
  ["configuration.ts"],
  ["configuration-file.ts"],
  ["configure.ts"],
  ["crls.ts", "material.ts", "target.ts", "file-stem.ts"],
  ["assortment.ts", "written-key.ts"],
  ["conversion.ts"],
  ["issue/wish.ts"],
  ["issue/refusals.ts", "issue/basis.ts", "issue/maker.ts", "issue/openssl-config.ts"],
  ["issue/certreq-inf.ts", "issue/step-template.ts"],
  ["gather.ts"],
  ["probe.ts"],
  ["inspection/file.ts"],
  ["inspection/gathering.ts"],
  [
    "reporters/inspection/layout.ts",
    "reporters/inspection/comparison-lines.ts",
    "reporters/inspection/asn1-lines.ts",
    "reporters/inspection/json.ts",
  ],
  ["reporters/inspection/extension-lines.ts", "reporters/inspection/fact-text.ts"],
  ["reporters/inspection/item-lines.ts"],
  ["reporters/inspection/human.ts"],
  ["commands/style.ts"],
  ["commands/outputs.ts"],
  ["commands/options.ts", "commands/option-parsers.ts"],
  ["commands/shared-options.ts"],
  ["commands/judge.ts", "commands/shared-files.ts", "commands/progress.ts"],
  [
    "commands/check.ts",
    "commands/connect.ts",
    "commands/csr.ts",
    "commands/inspect.ts",
    "commands/rules.ts",
    "commands/fleet-checker.ts",
    "commands/fleet-outputs.ts",
  ],
  ["commands/upload-check.ts", "commands/protection.ts"],
  ["commands/convert.ts"],
  ["commands/convert-verb.ts"],
  ["commands/fleet-crls.ts", "commands/fleet-thread.ts", "commands/fleet-inputs.ts"],
  ["commands/crew.ts"],
  ["commands/fleet.ts", "commands/fleet-init.ts"],
  ["commands/fleet-merge.ts"],
  ["commands/fleet-verb.ts", "commands/csr-verb.ts", "commands/inspect-verb.ts", "commands/connect-verb.ts"],
  ["commands/new-sources.ts", "commands/new-answers.ts"],
  ["commands/new-plan.ts"],
  ["commands/new-making.ts", "commands/new-report.ts"],
  ["commands/new.ts"],
  ["commands/new-verb.ts"],
  ["cli.ts"],
];

/** Modules that touch the world; those that only compute are free. */
const outside = /^node:(?!(?:crypto|buffer|path)$)/;

/** Who may use them: the door to the world, and the handshake, which stays in memory. */
const doors: Readonly<Record<string, RegExp>> = {
  "system.ts": outside,
  "descriptors.ts": /^node:fs$/,
  "drafts.ts": /^node:fs$/,
  "new-files.ts": /^node:fs$/,
  "pki/handshake.ts": /^node:(?:tls|stream)$/,
  "tls-connection.ts": /^node:(?:tls|net|stream)$/,
};

const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) => /(?<!\.d)\.tsx?$/.test(file));
const order = (file: string): number => layers.findIndex((layer) => layer.includes(file));

function importsOf(file: string): string[] {
  const text = readFileSync(join("src", file), "utf8");
  return [...text.matchAll(/(?:\bfrom\s+|\bimport\()"([^"]+)"/g)].map(([, name = ""]) => name);
}

test("every file has its layer, and every layer its files", () => {
  expect(files.map((file) => file.replaceAll("\\", "/")).toSorted()).toEqual(layers.flat().toSorted());
});

describe.each(files)("src/%s", (file) => {
  test("imports no later layer", () => {
    const own = importsOf(file).filter((name) => name.startsWith("."));
    const targets = own
      .map((name) => relative("src", join("src", dirname(file), name)).replaceAll("\\", "/"))
      .filter((target) => target !== "../package.json");
    expect(targets.filter((target) => order(target) < 0 || order(target) > order(file))).toEqual([]);
  });

  test("leaves the world to system.ts", () => {
    const allowed = doors[file.replaceAll("\\", "/")];
    expect(importsOf(file).filter((name) => outside.test(name) && !allowed?.test(name))).toEqual([]);
  });
});
