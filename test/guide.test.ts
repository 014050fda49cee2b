/** docs/guide.md: its command lines are run in order, with openssl as the CA, and stand-ins for the programs of other CAs. */
import { expect, test } from "vitest";
import { resolve } from "node:path";
import { inFolder, missing } from "./rules/shell.ts";
import { type Block, blocksOf, documentOf } from "./support/documents.ts";
import { orSkipped } from "./support/openssl.ts";

const GUIDE = "docs/guide.md";
const needed = missing("sh") + orSkipped;

/** The headings of the guide, each with the blocks below it. */
const sections: ReadonlyMap<string, readonly Block[]> = (() => {
  const lines = documentOf(GUIDE).text.split("\n");
  const found = new Map<string, Block[]>();
  for (const block of blocksOf(GUIDE)) {
    const line = Number(block.place.split(":")[1]);
    const heading = lines.slice(0, line).findLast((text) => /^##+ /.test(text)) ?? "";
    const name = heading.replace(/^#+ /, "");
    found.set(name, [...(found.get(name) ?? []), block]);
  }
  return found;
})();

const blocksIn = (section: string, language: string): readonly string[] =>
  (sections.get(section) ?? []).filter((block) => block.language === language).map(({ text }) => text);

/** The answer of a CA as each of them gives it: the certificate with its chain as PKCS#7, or with a CA in one file. */
const standIns = `
certcheck() { "${process.execPath}" "${resolve("bin/certcheck.js")}" "$@"; }
certreq() {
  cp sensor.contoso.com.crt "$5"
  cat sensor.contoso.com.crt ca.pem > both.pem
  openssl crl2pkcs7 -nocrl -certfile both.pem -out "$6"
}
step() {
  if test "$2" = root; then cp ca.pem "$3"; else cat sensor.contoso.com.crt ca.pem > "$6"; fi
}
`;

test.skipIf(needed !== "")(
  `what each CA answers becomes an upload that is ready, and is renewed${needed}`,
  async () => {
    const [configuration = ""] = blocksIn("Key and request", "yaml");
    const [make = "", issue = "", revoke = ""] = blocksIn("A CA of openssl", "sh");
    await inFolder({ "certcheck.config.yaml": configuration }, ({ run }) => {
      run(standIns, make);
      expect(run(standIns, issue)).toContain("\nREADY: no documented requirement failed");

      run("mv sensor.contoso.com.crt kept.crt");
      for (const section of ["Microsoft AD CS", "EJBCA", "step-ca"]) {
        const commands = blocksIn(section, "sh");
        expect(commands, section).toHaveLength(1);
        const answer = "cp kept.crt sensor.contoso.com.crt; cat kept.crt ca.pem > sensor.pem";
        expect(run(standIns, answer, ...commands), section).toContain("\nREADY: no documented requirement failed");
        expect(run("ls upload; rm -r upload"), section).toBe("sensor.crt\nsensor.key\nsensor.pem\n");
      }

      const renewed = run(standIns, "cp kept.crt sensor.crt", ...blocksIn("Renewal", "sh"));
      expect(renewed).toContain("\nREADY: no documented requirement failed");
      expect(renewed).not.toContain("the key is still that");

      const watched = run(standIns, "mkdir plants; cp sensor.crt ca.pem plants", ...blocksIn("Watch", "sh"));
      expect(watched).toContain("READY: 1 ready, of 1 appliance");
      expect(run("cat certificates.ics")).toContain("BEGIN:VEVENT");

      run("cp kept.crt sensor.contoso.com.crt", revoke);
      const refused = "certcheck sensor.crt sensor.contoso.com.key --chain ca.pem --crl issuing.crl || test $? -eq 1";
      expect(run(standIns, refused)).toContain("This certificate has been revoked by the CRL");
    });
  },
);
