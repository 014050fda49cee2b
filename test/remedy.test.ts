/** What fixes are made of; their commands are run. */
import { describe, expect, test } from "vitest";
import { children, readDer } from "../src/pki/der.ts";
import { readName } from "../src/pki/name.ts";
import { type Changes, command, joinCommand, quote, requestCommand, sibling, trustCommands } from "../src/remedy.ts";
import { inFolder, missing } from "./rules/shell.ts";
import { bundle, type BundleSpec } from "./support/bundle.ts";
import { type AttributeSpec, keyPem, mintAppliance, pem, sampleSubject } from "./support/mint.ts";

const noShell = missing("sh");
const noOpenssl = missing("sh", "openssl");

describe("quote", () => {
  test.each([
    ["sensor.crt", "sensor.crt"],
    ["/etc/ssl/a_b-c+d=e%f@g,h:i.crt", "/etc/ssl/a_b-c+d=e%f@g,h:i.crt"],
    ["plant 3.crt", "'plant 3.crt'"],
    ["it's.crt", "'it'\\''s.crt'"],
    ["$HOME`id`;rm *", "'$HOME`id`;rm *'"],
    ["-out", "./-out"],
    ["- out", "'./- out'"],
    ["", "''"],
    ["Müller.crt", "'Müller.crt'"],
    ["a\u001b[31m.crt", "\"$(printf 'a\\033[31m.crt')\""],
    ["a\u202etrc.crt", "\"$(printf 'a\\342\\200\\256trc.crt')\""],
    ["100%\t'!\\.crt", "\"$(printf '100\\045\\011\\047\\041\\134.crt')\""],
    ["-\n.crt", "\"$(printf './-\\012.crt')\""],
  ])("%j", (word, expected) => {
    expect(quote(word)).toBe(expected);
  });

  test
    .skipIf(noShell !== "")
    .each([
      "sensor.crt",
      "plant 3 (new).crt",
      'it\'s "quoted".crt',
      "$HOME ${PATH} $(id) `id`",
      "a;b&c|d<e>f",
      "*?[a-z]{1,2}~",
      "~root/a",
      "#a !b",
      "back\\slash\\n",
      "%s %d %%",
      "-rf",
      "--",
      "",
      " ",
      "tab\tline\nfeed\rreturn",
      "\n leading",
      "\u001b]0;title\u0007\u001b[31m",
      "\u0085\u009b31m",
      "%s'\u0001\\033",
      "gnp.\u202etrc",
      "zero\u200bwidth",
      "漢字 \u{1f511}",
      "C:\\certs\\sensor.crt",
      "\u0001-12 digits behind an escape",
    ])(`a shell gives the name back: %j${noShell}`, async (word) => {
    const quoted = quote(word);
    expect(quoted).not.toMatch(/[\0-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f]/);
    const printed = await inFolder({}, ({ run }) => run(`printf '[%s]' ${quoted} after`));
    expect(printed).toBe(`[${word.startsWith("-") ? `./${word}` : word}][after]`);
  });
});

test("in a command, what has no name of its own is to be piped in", () => {
  expect(command`openssl x509 -in ${"-"} -noout`).toBe("openssl x509 -in /dev/stdin -noout");
  expect(command`cat ${"env:SENSOR_KEY"}`).toBe("cat /dev/stdin");
  expect(command`cp ${"a b"} ${"c"}`).toBe("cp 'a b' c");
});

test.each([
  ["sensor.crt", ".csr", "sensor.csr"],
  ["a.b/sensor", ".crt", "a.b/sensor.crt"],
  ["a.b\\sensor", ".crt", "a.b\\sensor.crt"],
  ["/x/sensor.plant.crt", "-only.crt", "/x/sensor.plant-only.crt"],
  ["-", ".csr", "sensor.csr"],
  ["env:SENSOR.CRT", ".csr", "sensor.csr"],
  ["ca.pem", ".pem", "ca-new.pem"],
  ["ca.PEM", ".pem", "ca-new.pem"],
  ["ca.cer", ".crt", "ca-new.crt", "ca.crt"],
  ["ca.cer", ".crt", "ca-new-new.crt", "ca.crt", "CA-NEW.crt"],
])("the sibling of %s with %s is %s", (file, ending, expected, key?: string, chain?: string) => {
  const files = { certificate: "x", ...(key !== undefined && { key }), ...(chain !== undefined && { chain }) };
  expect(sibling(file, ending, { files })).toBe(expected);
});

/** Subject and alternative names of a request, and whether its own signature is good. */
async function requested(
  spec: BundleSpec,
  changes: Changes,
  more: Readonly<Record<string, string>> = {},
): Promise<{ subject: string[]; names: string; key: string; signature: string }> {
  const { bundle: subject, context } = await bundle(spec);
  if (subject.leaf === undefined) throw new Error("no certificate");
  const line = requestCommand(subject.leaf, context, changes);
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
    const request = await requested({}, {});
    expect(request).toMatchObject({ subject: sample, names: "DNS:sensor.contoso.com", key: "2048 bit" });
    expect(request.signature).toMatch(/verify OK/);
  });

  test.skipIf(noOpenssl !== "")(`has a new key, if asked or if there is none${noOpenssl}`, async () => {
    expect(await requested({}, { newKey: true }, { "sensor.key": "not used" })).toMatchObject({ key: "2048 bit" });
    const { bundle: subject, context } = await bundle({});
    const files = { certificate: context.files.certificate };
    expect(subject.leaf && requestCommand(subject.leaf, { ...context, files })).toContain("-keyout sensor-new.key");
  });

  test.skipIf(noOpenssl !== "").each<readonly [string, BundleSpec, Changes, readonly string[], string]>([
    ["in the sample's order", withAttributes(...sampleSubject.toReversed()), {}, sample, "DNS:sensor.contoso.com"],
    [
      "changed",
      {},
      { subject: { CN: "a.contoso.com", OU: "Plant 3" } },
      sample.map((text) => text.replace("sensor.", "a.").replace("Contoso Labs", "Plant 3")),
      "DNS:a.contoso.com, DNS:sensor.contoso.com",
    ],
    [
      "what OpenSSL's -subj gives a meaning",
      withAttributes(["O", 'a/b+c=d,"e" \\ f'], ["OU", "/CN=x"], ["CN", "a.contoso.com"]),
      {},
      ['O=a/b+c=d,"e" \\ f', "OU=/CN=x", "CN=a.contoso.com"],
      "DNS:a.contoso.com, DNS:sensor.contoso.com",
    ],
    [
      "what a shell gives a meaning",
      withAttributes(["O", "O'Brien $HOME `id` & $(id)"], ["CN", "a.contoso.com"]),
      {},
      ["O=O'Brien $HOME `id` & $(id)", "CN=a.contoso.com"],
      "DNS:a.contoso.com, DNS:sensor.contoso.com",
    ],
    [
      "what a terminal gives a meaning",
      withAttributes(["O", "a\u001b[31m\n::error::b\u202ec"], ["CN", "a.contoso.com"]),
      {},
      ["O=a\u001b[31m\n::error::b\u202ec", "CN=a.contoso.com"],
      "DNS:a.contoso.com, DNS:sensor.contoso.com",
    ],
    [
      "other letters",
      withAttributes(["O", "Müller & Söhne"], ["OU", "漢字"], ["CN", "a.contoso.com"]),
      {},
      ["O=Müller & Söhne", "OU=漢字", "CN=a.contoso.com"],
      "DNS:a.contoso.com, DNS:sensor.contoso.com",
    ],
    [
      "two units, and none that is blank",
      withAttributes(["O", " "], ["OU", "a"], ["OU", ""], ["OU", "b"], ["CN", "a.contoso.com"]),
      {},
      ["OU=a", "OU=b", "CN=a.contoso.com"],
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
      },
      { subject: { CN: "a.contoso.com" }, address: "10.1.0.8" },
      ["CN=a.contoso.com"],
      "DNS:a.contoso.com, IP Address:10.1.0.7, IP Address:FD00:0:0:0:0:0:0:7, IP Address:10.1.0.8",
    ],
    ["no name at all", { leaf: { subject: [["O", "Contoso"]], names: null } }, {}, ["O=Contoso"], "none"],
  ])(`%s${noOpenssl}`, async (_, spec, changes, subject, names) => {
    expect(await requested(spec, changes)).toMatchObject({ subject, names });
  });

  test.skipIf(noOpenssl !== "")(`in files of hostile names${noOpenssl}`, async () => {
    const [crt, key] = ["-o 'x' $y.crt", "; echo k.key"];
    const content = (await mintAppliance()).leaf;
    const spec: BundleSpec = {
      files: { [crt]: pem("CERTIFICATE", content), [key]: keyPem("leaf") },
      operands: { certificate: crt, key },
    };
    const { bundle: subject, context } = await bundle(spec);
    const line = subject.leaf === undefined ? "" : requestCommand(subject.leaf, context);
    const request = await inFolder({ [key]: keyPem("leaf") }, ({ run, read }) => {
      run(line);
      return read("-o 'x' $y.csr").toString();
    });
    expect(request).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----/);
  });

  test("never writes over what was given", async () => {
    const { bundle: subject, context } = await bundle({});
    const files = { certificate: "a.csr", key: "a-new.key" };
    const line = subject.leaf && requestCommand(subject.leaf, { ...context, files }, { newKey: true });
    expect(line).toContain("-keyout a-new-new.key -out a-new.csr");
  });
});

describe("joined blocks", () => {
  const origins = async (text: string, file = "ca.pem"): Promise<Parameters<typeof joinCommand>[0]> => {
    const { bundle: subject } = await bundle({ files: { [file]: text }, operands: { chains: [file] } });
    return subject.chain?.certificates.map(({ origin }) => origin) ?? [];
  };
  const blocks = async (): Promise<string[]> => (await mintAppliance()).cas.map((ca) => pem("CERTIFICATE", ca));

  test.skipIf(noShell !== "").each([
    ["as they stand", (a: string, b: string) => a + b],
    ["with text between", (a: string, b: string) => `Bag Attributes\n${a}subject=C = US\n\n${b}\n`],
    ["with no line end at the end", (a: string, b: string) => (a + b).trimEnd()],
  ])(`%s, reversed${noShell}`, async (_, arrange) => {
    const [first = "", second = ""] = await blocks();
    const text = arrange(first, second);
    const line = joinCommand((await origins(text)).toReversed(), "out.pem") ?? "";
    const written = await inFolder({ "ca.pem": text }, ({ run, read }) => {
      run(line);
      return read("out.pem").toString();
    });
    expect(written).toBe(second + first);
  });

  test.skipIf(noShell !== "")(`one, from and to files of hostile names${noShell}`, async () => {
    const [first = "", second = ""] = await blocks();
    const line = joinCommand((await origins(first + second, "-a $b='c'.pem")).slice(1), "d e;f.pem") ?? "";
    const written = await inFolder({ "-a $b='c'.pem": first + second }, ({ run, read }) => {
      run(line);
      return read("d e;f.pem").toString();
    });
    expect(written).toBe(second);
  });

  test("there is no command for DER, for standard input, or for nothing", async () => {
    const [der] = (await mintAppliance()).cas;
    const { bundle: subject } = await bundle({ files: { "ca.pem": der } });
    expect(joinCommand(subject.chain?.certificates.map(({ origin }) => origin) ?? [], "x")).toBeUndefined();
    const at = (file: string) => ({ file, lines: [1, 20] as const, at: () => ({ file }) });
    expect(joinCommand([at("-")], "x")).toBeUndefined();
    expect(joinCommand([at("ca.pem"), at("env:CA")], "x")).toBeUndefined();
    expect(joinCommand([], "x")).toBeUndefined();
  });
});

describe("a root to be trusted", () => {
  const position = (file: string) => ({ file });

  test("is taken out of the chain, and never written over it", () => {
    const root = (file: string) => trustCommands({ file, lines: [21, 40], at: () => position(file) })[0];
    expect(root("ca.pem")).toEqual(["first", "awk 'NR>=21 && NR<=40' < ca.pem > root.crt"]);
    expect(root("root.crt")).toEqual(["first", "awk 'NR>=21 && NR<=40' < root.crt > trusted-root.crt"]);
    expect(root("-")?.[0]).toBe("Windows");
  });

  test.skipIf(noOpenssl !== "")(`is converted from DER${noOpenssl}`, async () => {
    const [, root = Buffer.of()] = (await mintAppliance()).cas;
    const [[, line] = []] = trustCommands({ file: "ca.pem", at: () => position("ca.pem") });
    const written = await inFolder({ "ca.pem": root }, ({ run, read }) => {
      run(line ?? "false");
      return read("root.crt").toString();
    });
    expect(written).toBe(pem("CERTIFICATE", root));
  });
});
