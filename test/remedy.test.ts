/** What fixes are made of; their commands are run. */
import { describe, expect, test } from "vitest";
import {
  command,
  convertFix,
  downloadCommand,
  encryptCommand,
  fetchCommand,
  joinCommand,
  OTHERWISE,
  quote,
  sibling,
  trustCommands,
  uploadCommand,
} from "../src/remedy.ts";
import { inFolder, missing } from "./rules/shell.ts";
import { bundle } from "./support/bundle.ts";
import { mintAppliance, pem } from "./support/mint.ts";

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
  ["ca.cer", ".crt", "ca-new.crt", "./ca.crt"],
  ["./ca.cer", ".crt", "./ca-new.crt", "ca.crt"],
  ["pki/ca.cer", ".crt", "pki/ca-new.crt", "pki/.//CA.crt"],
  ["/dev/fd/63", ".crt", "sensor.crt"],
])("the sibling of %s with %s is %s", (file, ending, expected, ...taken: readonly string[]) => {
  expect(sibling(file, ending, { files: { certificate: "x", all: taken } })).toBe(expected);
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

describe("the command that makes what is uploaded", () => {
  const given = (...all: string[]) => ({ files: { certificate: "", all } });

  test.each<readonly [what: string, files: readonly string[], words: string]>([
    ["all that was given", ["sensor.cer", "sensor.pem", "a.crt", "b.crt"], "sensor.cer sensor.pem a.crt b.crt"],
    ["a file in two places once", ["all.pem", "all.pem"], "all.pem"],
    ["names in quotes", ["-x y.crt", "it's.key"], "'./-x y.crt' 'it'\\''s.key'"],
    ["standard input and variables as they are", ["-", "env:KEY"], "- env:KEY"],
  ])("takes %s", (_what, files, words) => {
    expect(uploadCommand(given(...files))).toBe(`certcheck convert ${words} --to upload --out new`);
  });

  test("is not there for what a shell has made for one command", () =>
    expect(uploadCommand(given("sensor.crt", "/dev/fd/63"))).toBeUndefined());

  test.each([
    ["cannot be read whole", "-----BEGIN CERTIFICATE-----\nMIID\n"],
    ["is of no use to it", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"],
  ])("is not offered where one of the files %s", async (_what, content) => {
    const { context: whole } = await bundle();
    expect(uploadCommand(whole)).toBe("certcheck convert sensor.crt sensor.key ca.pem --to upload --out new");
    const { context } = await bundle({ files: { "ca.pem": content } });
    expect(uploadCommand(context)).toBeUndefined();
  });

  test("asks for a new passphrase where one is needed", () =>
    expect(encryptCommand(given("a.key"))).toBe("certcheck convert a.key --to upload --passout prompt --out new"));

  test("stands before the others, with a comment between", () => {
    expect(convertFix("Do it.", "a", "b", "c")).toEqual({ advice: "Do it.", commands: ["a", OTHERWISE, "b", "c"] });
    expect(convertFix("Do it.", undefined, "b")).toEqual({ advice: "Do it.", commands: ["b"] });
    expect(convertFix("Do it.", "a")).toEqual({ advice: "Do it.", commands: ["a"] });
    expect(OTHERWISE).toMatch(/^# /);
  });
});

describe("the commands that fetch", () => {
  test.each([
    ["http://a.example/a b.crl", "curl -fsS http://a.example/a%20b.crl"],
    ["http://a.example/[1-9].crl", "curl -gfsS 'http://a.example/[1-9].crl'"],
    ["http://a.example/a.crl?{b,c}", "curl -gfsS 'http://a.example/a.crl?{b,c}'"],
  ])("%s", (url, expected) => {
    expect(downloadCommand(url, false)).toBe(expected);
    expect(fetchCommand([url]).split(" ").slice(0, 2)).toEqual(expected.split(" ").slice(0, 2));
  });

  test("follow redirects that certcheck has followed", () =>
    expect(downloadCommand("http://a.example/a.crl", true)).toBe("curl -fsSL http://a.example/a.crl"));
});

describe("a root to be trusted", () => {
  const position = (file: string) => ({ file });

  test("is taken out of the chain, and never written over it", () => {
    const root = (file: string) =>
      trustCommands(
        { file, lines: [21, 40], at: () => position(file) },
        { files: { certificate: "x", all: [file] } },
      )[0];
    expect(root("ca.pem")).toEqual(["first", "awk 'NR>=21 && NR<=40' < ca.pem > root.crt"]);
    expect(root("root.crt")).toEqual(["first", "awk 'NR>=21 && NR<=40' < root.crt > root-new.crt"]);
    expect(root("./root.crt")).toEqual(["first", "awk 'NR>=21 && NR<=40' < ./root.crt > root-new.crt"]);
    expect(root("-")?.[0]).toBe("Windows");
  });

  test.skipIf(noOpenssl !== "")(`is converted from DER${noOpenssl}`, async () => {
    const [, root = Buffer.of()] = (await mintAppliance()).cas;
    const [[, line] = []] = trustCommands(
      { file: "ca.pem", at: () => position("ca.pem") },
      { files: { certificate: "x", all: ["ca.pem"] } },
    );
    const written = await inFolder({ "ca.pem": root }, ({ run, read }) => {
      run(line ?? "false");
      return read("root.crt").toString();
    });
    expect(written).toBe(pem("CERTIFICATE", root));
  });
});

test.each([
  ["http://crl.contoso.com/a.crl", "curl -fsS", "http://crl.contoso.com/a.crl"],
  ["http://crl.contoso.com/[1-9999999].crl", "curl -gfsS", "'http://crl.contoso.com/[1-9999999].crl'"],
])("curl takes %s for one URL", (url, start, word) => {
  expect(fetchCommand([url])).toBe(`${start} -w '%{http_code} %{url_effective}\\n' -o /dev/null ${word}`);
});
