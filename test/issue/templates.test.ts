/** Templates for other issuers: read as their languages are, they are the wish; what a CA issues by them is ready. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isRequest } from "../../src/bundle/artifact.ts";
import { main } from "../../src/cli.ts";
import { decode } from "../../src/bundle/decode.ts";
import { certreqInf } from "../../src/issue/certreq-inf.ts";
import { opensslConfig } from "../../src/issue/openssl-config.ts";
import { stepTemplate } from "../../src/issue/step-template.ts";
import { type Wish, wishOf } from "../../src/issue/wish.ts";
import { alternativeNames } from "../../src/pki/extensions.ts";
import { memorySystem } from "../support/bundle.ts";
import { keyPem, mintAppliance, pem } from "../support/mint.ts";
import { opensslVersion, orSkipped } from "../support/openssl.ts";

const wish: Wish = wishOf({
  name: "sensor.contoso.com",
  subject: {
    country: ["US"],
    state: ["Illinois"],
    locality: ["Springfield"],
    organization: ["Contoso Inc."],
    organizationalUnit: ["Contoso Labs", "OT"],
    email: ["support@contoso.com"],
  },
  alternatives: ["sensor", "192.0.2.17", "2001:db8::17"],
  crlUrl: "http://crl.contoso.com/issuing,1.crl?a=$b;c#d",
});

/** What would break out of one language or another. */
const hostile = [
  "a \"b\" 'c' `d`",
  "a, O=b + OU=c; CN=d",
  "$HOME ${ENV::HOME} $(id)",
  "# comment ; comment",
  "%SystemRoot% 100 %",
  "a \\n b \\",
  "{{ .Token }} {{{ }} */ -}}",
  "</x> = [ issued ]",
  "Zürich 東京 😀",
].map((value): Wish => ({ ...wish, subject: wish.subject.map(([type, own]) => [type, type === "O" ? value : own]) }));

const names = {
  template: "sensor.cnf",
  key: "sensor.key",
  request: "sensor.csr",
  certificate: "sensor.crt",
};

/** A command line out of a comment. */
const commandIn = (text: string, begin: string): string =>
  text
    .split("\n")
    .find((line) => line.includes(begin))
    ?.replace(/^[#\s]*/, "") ?? "";

/** What openssl makes of a configuration in its own folder, where a CA is, too. */
async function issueBy(
  config: string,
): Promise<{ readonly request: string; readonly certificate: string; readonly ca: string }> {
  const folder = mkdtempSync(join(tmpdir(), "certcheck-"));
  const ca = (await mintAppliance()).cas.map((one) => pem("CERTIFICATE", one)).join("");
  const files = { "sensor.cnf": config, "sensor.key": keyPem("leaf"), "ca.pem": ca, "ca.key": keyPem("issuing") };
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const lines = [
      // The key is there: making one takes a second.
      commandIn(config, "openssl req").replace(/-newkey \S+ -nodes -keyout/, "-key"),
      commandIn(config, "openssl x509"),
    ];
    for (const line of lines) {
      const [program = "", ...args] = line.split(" ");
      execFileSync(program, args, { cwd: folder, stdio: "pipe" });
    }
    const read = (name: string): string => readFileSync(join(folder, name), "utf8");
    return { request: read("sensor.csr"), certificate: read("sensor.crt"), ca };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a check says of what was issued, at the time of this machine, by which openssl dates. */
async function verdictOf({ certificate, ca }: { readonly certificate: string; readonly ca: string }): Promise<string> {
  const files = { "sensor.crt": certificate, "sensor.key": keyPem("leaf"), "ca.pem": ca };
  const system = memorySystem(files, { now: () => Date.now() + 1000 });
  await main("sensor.crt sensor.key --chain ca.pem --format json".split(" "), system);
  const { bundles } = JSON.parse(system.out) as {
    bundles: { verdict: string; results: { rule: string; outcome: string; severity: string }[] }[];
  };
  const failing = bundles.flatMap(({ results }) => results).filter(({ outcome }) => outcome === "fails");
  return [bundles[0]?.verdict, ...failing.filter(({ severity }) => severity !== "info").map(({ rule }) => rule)].join(
    " ",
  );
}

/** Subject and names of what was made. */
function contentOf(text: string): Pick<Wish, "subject" | "names" | "addresses"> {
  const [artifact] = decode("", Buffer.from(text)).artifacts;
  const holder =
    artifact?.kind === "certificate"
      ? artifact.certificate
      : artifact && isRequest(artifact)
        ? artifact.request
        : undefined;
  if (holder === undefined) throw new Error("nothing was made");
  return {
    subject: holder.subject.attributes.map(({ type, value }) => [type as "O", value]),
    names: alternativeNames(holder, "dns"),
    addresses: alternativeNames(holder, "ip"),
  };
}

const partOf = ({ subject, names: dns, addresses }: Wish) => ({ subject, names: dns, addresses });

describe.skipIf(opensslVersion === undefined)(`openssl${orSkipped}`, () => {
  test("makes the request that was wished for, and a CA issues what is ready", async () => {
    const issued = await issueBy(opensslConfig(wish, names, 2048));
    expect(contentOf(issued.request)).toEqual(partOf(wish));
    expect(contentOf(issued.certificate)).toEqual(partOf(wish));
    expect(await verdictOf(issued)).toBe("ready");
  });

  test.each(hostile.map((one) => [one.subject.find(([type]) => type === "O")?.[1] ?? "", one] as const))(
    "takes %j for text",
    async (_value, one) => {
      expect(contentOf((await issueBy(opensslConfig(one, names, 2048))).request)).toEqual(partOf(one));
    },
  );
});

/** An INF file, as SetupAPI reads it: sections of keys and strings, `%%` for a percent sign, `""` for a quotation mark. */
function readInf(bytes: Uint8Array): Map<string, (readonly [key: string, value: string])[]> {
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
  const text = isWide ? Buffer.from(bytes.subarray(2)).toString("utf16le") : Buffer.from(bytes).toString("ascii");
  const sections = new Map<string, (readonly [string, string])[]>();
  let section = "";
  for (const line of text.split("\r\n")) {
    const [, header] = /^\[(\w+)\]$/.exec(line) ?? [];
    if (header !== undefined) sections.set((section = header), []);
    if (line === "" || line.startsWith(";") || header !== undefined) continue;
    const [, key = "", quoted, plain] = /^([\w.]+) = (?:"((?:[^"]|"")*)"|([\w.]+))$/.exec(line) ?? [];
    if (key === "") throw new Error(`no line of an INF file: ${line}`);
    const value =
      plain ??
      (quoted ?? "").replaceAll('""', '"').replace(/%([^%]*)%/g, (_, name: string) => {
        if (name !== "") throw new Error(`an unknown string: ${name}`);
        return "%";
      });
    sections.get(section)?.push([key, value]);
  }
  return sections;
}

/** An X.500 name, as CertStrToName reads it. */
function readX500(text: string): Wish["subject"] {
  const attributes = [...text.matchAll(/(?:^|,)(\w+)="((?:[^"]|"")*)"(?=,|$)/g)];
  expect(attributes.map(([whole]) => whole).join("")).toBe(text);
  return attributes.map(([, type = "", value = ""]) => [
    (type === "S" ? "ST" : type) as "O",
    value.replaceAll('""', '"'),
  ]);
}

/** What certreq would ask for. */
function wishOfInf(bytes: Uint8Array): Wish {
  const sections = readInf(bytes);
  const request = new Map(sections.get("NewRequest"));
  const extensions = sections.get("Extensions") ?? [];
  expect(Object.fromEntries(request)).toMatchObject({
    // Forward: in the order of the string.
    X500NameFlags: "0x1000003",
    KeyAlgorithm: "RSA",
    KeyLength: "2048",
    HashAlgorithm: "sha256",
    AlternateSignatureAlgorithm: "FALSE",
    KeyUsage: "0xa0",
    Exportable: "TRUE",
    RequestType: "PKCS10",
  });
  expect(extensions.slice(0, 4)).toEqual([
    ["2.5.29.19", "{text}ca=0"],
    ["Critical", "2.5.29.19"],
    ["2.5.29.37", "{text}1.3.6.1.5.5.7.3.1"],
    ["2.5.29.17", "{text}"],
  ]);
  const more = extensions.slice(4);
  expect(more.every(([key]) => key === "_continue_")).toBe(true);
  const list = more
    .map(([, value]) => value)
    .join("")
    .split("&")
    .map((one) => one.split("="));
  const of = (wanted: string): string[] => list.filter(([type]) => type === wanted).map(([, value = ""]) => value);
  expect(list.every(([type]) => type === "dns" || type === "ipaddress")).toBe(true);
  const subject = readX500(request.get("Subject") ?? "");
  const commonName = subject.find(([type]) => type === "CN")?.[1] ?? "";
  return { commonName, subject, names: of("dns"), addresses: of("ipaddress") };
}

describe("certreq", () => {
  test("asks for what was wished for", () => {
    expect(partOf(wishOfInf(certreqInf(wish, "sensor.inf", 2048)))).toEqual(partOf(wish));
  });

  test.each(hostile)("takes any value for text, %#", (one) => {
    expect(partOf(wishOfInf(certreqInf(one, "sensor.inf", 2048)))).toEqual(partOf(one));
  });

  test("is told of commands that do not touch what certcheck made", () => {
    const text = Buffer.from(certreqInf(wish, "sensor.inf", 2048)).toString();
    expect(text.match(/sensor\.\w+(?= |\r)/g)?.filter((file) => /\.(?:key|csr|crt)$/.test(file))).toEqual([]);
  });

  test.skipIf(opensslVersion === undefined)(`a CA issues what is ready${orSkipped}`, async () => {
    // The CRL is the CA's to name.
    const asked = { ...wishOfInf(certreqInf(wish, "sensor.inf", 2048)), crlUrl: "http://crl.contoso.com/issuing.crl" };
    expect(await verdictOf(await issueBy(opensslConfig(asked, names, 2048)))).toBe("ready");
  });
});

const oids: Readonly<Record<string, string>> = {
  "2.5.4.6": "C",
  "2.5.4.8": "ST",
  "2.5.4.7": "L",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.3": "CN",
  "1.2.840.113549.1.9.1": "E",
};

/** What step would issue: a template whose only action is a comment is the JSON beside that. */
function wishOfStep(template: string): Wish {
  const [, json = ""] = /^\{\{- \/\*(?:(?!\*\/)[\s\S])*\*\/ -\}\}([\s\S]*)$/.exec(template) ?? [];
  expect(json).not.toContain("{{");
  const read = JSON.parse(json) as {
    readonly subject: {
      readonly commonName: string;
      readonly extraNames: { readonly type: string; readonly value: string }[];
    };
    readonly sans: { readonly type: string; readonly value: string }[];
    readonly crlDistributionPoints: [string];
  };
  expect(read).toMatchObject({
    basicConstraints: { isCA: false },
    keyUsage: ["digitalSignature", "keyEncipherment"],
    extKeyUsage: ["serverAuth"],
    signatureAlgorithm: "SHA256-RSA",
  });
  const of = (wanted: string): string[] => read.sans.filter(({ type }) => type === wanted).map(({ value }) => value);
  return {
    commonName: read.subject.commonName,
    subject: read.subject.extraNames.map(({ type, value }) => [oids[type] as "O", value]),
    names: of("dns"),
    addresses: of("ip"),
    crlUrl: read.crlDistributionPoints[0],
  };
}

const stepNames = { ...names, template: "sensor.tpl" };

describe("step", () => {
  test("is told what was wished for", () => expect(wishOfStep(stepTemplate(wish, stepNames))).toEqual(wish));

  test.each(hostile)("takes any value for text, %#", (one) => {
    expect(wishOfStep(stepTemplate(one, stepNames))).toEqual(one);
  });

  test.skipIf(opensslVersion === undefined)(`a CA issues what is ready${orSkipped}`, async () => {
    const asked = wishOfStep(stepTemplate(wish, stepNames));
    expect(await verdictOf(await issueBy(opensslConfig(asked, names, 2048)))).toBe("ready");
  });
});
