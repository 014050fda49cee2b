/** The request that fixes speak of: its command is run. */
import { describe, expect, test } from "vitest";
import { children, readDer } from "../src/pki/der.ts";
import { readName } from "../src/pki/name.ts";
import { requestCommand } from "../src/remedy-request.ts";
import { inFolder, missing } from "./rules/shell.ts";
import { bundle, type BundleSpec } from "./support/bundle.ts";
import { type AttributeSpec, keyPem, mintAppliance, pem, sampleSubject } from "./support/mint.ts";

const noOpenssl = missing("sh", "openssl");

/** Subject and alternative names of a request, and whether its own signature is good. */
async function requested(
  spec: BundleSpec,
  more: Readonly<Record<string, string>> = {},
): Promise<{ subject: string[]; names: string; key: string; signature: string }> {
  const { bundle: subject, context } = await bundle(spec);
  if (subject.leaf === undefined) throw new Error("no certificate");
  const line = requestCommand(subject.leaf.certificate, context);
  const output = /-out (\S+|'[^']*') -subj/.exec(line)?.[1] ?? "";
  return inFolder({ "sensor.key": keyPem("leaf"), ...more }, ({ run }) => {
    run(line);
    const body = run(`openssl req -in ${output} -outform DER | openssl base64`);
    const [info] = children(readDer(Buffer.from(body, "base64")));
    const [, name] = info === undefined ? [] : children(info);
    if (name === undefined) throw new Error("no subject");
    const text = run(`openssl req -in ${output} -noout -text`);
    return {
      subject: readName(name, "the subject").attributes.map(({ type, value }) => `${type}=${value}`),
      names: /Subject Alternative Name:\s*\n\s*(.*)/.exec(text)?.[1] ?? "none",
      key: /Public-Key: \((.*)\)/.exec(text)?.[1] ?? "",
      signature: run(`openssl req -in ${output} -noout -verify 2>&1`).trim(),
    };
  });
}

const withAttributes = (...subject: readonly AttributeSpec[]): BundleSpec => ({ leaf: { subject } });
const sample = sampleSubject.map(([type, value]) => `${type}=${value}`);

describe("the request", () => {
  test.skipIf(noOpenssl !== "")(`is like the certificate${noOpenssl}`, async () => {
    const request = await requested({});
    expect(request).toMatchObject({ subject: sample, names: "DNS:sensor.contoso.com", key: "2048 bit" });
    expect(request.signature).toMatch(/verify OK/);
  });

  test.skipIf(noOpenssl !== "")(
    `has a new key, if the one at hand is not supported or there is none${noOpenssl}`,
    async () => {
      const small = { leaf: { key: "leaf-1024" } } as const;
      expect(await requested(small, { "sensor.key": "not used" })).toMatchObject({ key: "2048 bit" });
      const { bundle: subject, context } = await bundle({});
      const files = { certificate: context.files.certificate, all: [] };
      expect(subject.leaf && requestCommand(subject.leaf.certificate, { ...context, files })).toContain(
        "-keyout sensor-new.key",
      );
    },
  );

  test.skipIf(noOpenssl !== "").each<readonly [string, BundleSpec, readonly string[], string]>([
    ["in the sample's order", withAttributes(...sampleSubject.toReversed()), sample, "DNS:sensor.contoso.com"],
    [
      "what OpenSSL's -subj gives a meaning",
      withAttributes(["O", 'a/b+c=d,"e" \\ f'], ["OU", "/CN=x"], ["CN", "a.contoso.com"]),
      ["C=US", 'O=a/b+c=d,"e" \\ f', "OU=/CN=x", "CN=a.contoso.com"],
      "DNS:a.contoso.com, DNS:sensor.contoso.com",
    ],
    [
      "what a shell gives a meaning",
      withAttributes(["O", "O'Brien $HOME `id` & $(id)"], ["CN", "a.contoso.com"]),
      ["C=US", "O=O'Brien $HOME `id` & $(id)", "OU=Contoso Labs", "CN=a.contoso.com"],
      "DNS:a.contoso.com, DNS:sensor.contoso.com",
    ],
    [
      "what a terminal gives a meaning",
      withAttributes(["O", "a\u001b[31m\n::error::b\u202ec"], ["CN", "a.contoso.com"]),
      ["C=US", "O=a\u001b[31m\n::error::b\u202ec", "OU=Contoso Labs", "CN=a.contoso.com"],
      "DNS:a.contoso.com, DNS:sensor.contoso.com",
    ],
    [
      "other letters",
      withAttributes(["O", "Müller & Söhne"], ["OU", "漢字"], ["CN", "a.contoso.com"]),
      ["C=US", "O=Müller & Söhne", "OU=漢字", "CN=a.contoso.com"],
      "DNS:a.contoso.com, DNS:sensor.contoso.com",
    ],
    [
      "two units, and none that is blank",
      withAttributes(["O", " "], ["OU", "a"], ["OU", ""], ["OU", "b"], ["CN", "a.contoso.com"]),
      ["C=US", "O=Contoso Inc.", "OU=a", "OU=b", "CN=a.contoso.com"],
      "DNS:a.contoso.com, DNS:sensor.contoso.com",
    ],
    [
      "no wildcards, addresses with the planned one, each once",
      {
        leaf: {
          subject: [["CN", "*.contoso.com"]],
          names: ["*.contoso.com", "a.contoso.com", "a.contoso.com", 'x,IP:1.2.3.4,"'],
          addresses: ["10.1.0.7", "fd00::7"],
        },
        context: { hosts: [{ kind: "address", value: "10.1.0.8" }] },
      },
      ["C=US", "O=Contoso Inc.", "OU=Contoso Labs", "CN=a.contoso.com"],
      "DNS:a.contoso.com, IP Address:10.1.0.7, IP Address:FD00:0:0:0:0:0:0:7, IP Address:10.1.0.8",
    ],
    [
      "examples for what is required and not there",
      { leaf: { subject: [["C", "UK"]], names: null } },
      ["C=GB", "O=Contoso Inc.", "OU=Contoso Labs", "CN=sensor.contoso.com"],
      "DNS:sensor.contoso.com",
    ],
    [
      "the planned names",
      {
        context: {
          hosts: [
            { kind: "name", value: "a.contoso.com" },
            { kind: "name", value: "b.contoso.com" },
          ],
        },
      },
      sample.map((text) => text.replace("CN=sensor.", "CN=a.")),
      "DNS:a.contoso.com, DNS:sensor.contoso.com, DNS:b.contoso.com",
    ],
  ])(`%s${noOpenssl}`, async (_, spec, subject, names) => {
    expect(await requested(spec)).toMatchObject({ subject, names });
  });

  test.skipIf(noOpenssl !== "")(`in files of hostile names${noOpenssl}`, async () => {
    const [crt, key] = ["-o 'x' $y.crt", "; echo k.key"];
    const content = (await mintAppliance()).leaf;
    const spec: BundleSpec = {
      files: { [crt]: pem("CERTIFICATE", content), [key]: keyPem("leaf") },
      operands: { certificate: crt, key },
    };
    const { bundle: subject, context } = await bundle(spec);
    const line = subject.leaf === undefined ? "" : requestCommand(subject.leaf.certificate, context);
    const request = await inFolder({ [key]: keyPem("leaf") }, ({ run, read }) => {
      run(line);
      return read("-o 'x' $y.csr").toString();
    });
    expect(request).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----/);
  });

  test("never writes over what was given", async () => {
    const { bundle: subject, context } = await bundle({});
    const files = { certificate: "a.csr", chain: "a-new.key", all: ["a.csr", "a-new.key"] };
    const line = subject.leaf && requestCommand(subject.leaf.certificate, { ...context, files });
    expect(line).toContain("-keyout a-new-new.key -out a-new.csr");
  });
});
