/** Text of unknown origin: wherever it comes from, what is printed is harmless, and in JSON it reads back as it was. */
import { beforeAll, describe, expect, test } from "vitest";
import { posix, resolve } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { main } from "../src/cli.ts";
import type { HttpAnswer } from "../src/system/http.ts";
import { context, TAG } from "../src/pki/der.ts";
import { encode } from "../src/pki/der-writer.ts";
import { type Format, formats } from "../src/reporters/index.ts";
import { neutral } from "../src/reporters/text.ts";
import { rules } from "../src/rules/catalogue.ts";
import type { System } from "../src/system/system.ts";
import { UsageError, NetworkError } from "../src/errors.ts";
import { applianceFiles, type Files, memorySystem } from "./support/bundle.ts";
import { leaf, type Node, parseTree, replaceAt, resign, writeTree } from "./fuzz/der-tree.ts";
import { extensionOf, name, seq } from "./pki/hand-made.ts";
import { mintAppliance, pem } from "./support/mint.ts";
import { mintCrl } from "./support/mint-crl.ts";
import { nastyTexts } from "./support/nasty.ts";
import { readGitlab, readJunit, readSarif } from "./support/ci-formats.ts";
import { commandsIn } from "./support/github-commands.ts";
import { commandIn, unsafeIn } from "./support/safe-text.ts";

const good = await applianceFiles();

interface Run {
  readonly exitCode: number;
  readonly out: string;
  readonly written: ReadonlyMap<string, string>;
  /** All that was written: to the terminal and into files. */
  readonly texts: readonly string[];
}

async function cli(argv: readonly string[], files: Files, more: Partial<System> = {}): Promise<Run> {
  const all = new Map(Object.entries({ ...good, ...files }));
  const system = memorySystem(
    {},
    {
      // Of its own, for `__proto__` is a name as any other.
      readFile(path) {
        const content = all.get(path);
        if (content === undefined) throw new UsageError(`${path}: no such file`);
        return Buffer.from(content);
      },
      ...more,
    },
  );
  const exitCode = await main(argv, system);
  const { written } = system;
  return { exitCode, out: system.out, written, texts: [system.out, system.err, ...written.values()] };
}

/** What is wrong with what some runs wrote. */
function faults(runs: readonly Run[]): string[] {
  const found = runs.flatMap(({ exitCode, texts }) => [
    ...(exitCode > 2 ? [`exit ${exitCode}`] : []),
    ...texts.map(unsafeIn),
  ]);
  return [...new Set(found.filter((fault) => fault !== undefined))];
}

/** Lines that a CI system would act on, of what some runs wrote; the annotations that certcheck means to write are none. */
const commands = (runs: readonly Run[]): string[] =>
  runs
    .flatMap(({ texts }) => texts.map((text) => commandIn(withoutAnnotations(text))))
    .filter((line) => line !== undefined);

/** The last line of a report in GitHub's format, which no other has. */
const githubVerdict = /^certcheck: (?:refused|unsupported|ready), exit code \d\n$/m;

const ownTitles: ReadonlySet<string> = new Set(rules.map(({ id }) => id));

/** A report in GitHub's format without its commands, as far as they are annotations about rules; others as they are. */
const withoutAnnotations = (text: string): string =>
  !githubVerdict.test(text)
    ? text
    : text
        .split("\n")
        .filter((line) => {
          const [command, ...more] = commandsIn(line);
          const { name = "", properties = {} } = command ?? {};
          const [title = ""] = properties["title"]?.split(": ") ?? [];
          const isOwn = /^(?:error|warning|notice)$/.test(name) && ownTitles.has(title) && line.startsWith("::");
          return more.length > 0 || !isOwn;
        })
        .join("\n");

/** Where the report in a format goes; that for people, to standard output. */
const fileOf = (format: Format): string => `a-report.${format}`;

const allFormats = formats.map((format) => `--format=${format}${format === "human" ? "" : `=${fileOf(format)}`}`);

/** Runs a command line in all formats at once, and at length. */
const inAllStyles = (argv: readonly string[], files: Files): Promise<Run[]> =>
  Promise.all([allFormats, ["--verbose"]].map((style) => cli([...argv, ...style], files)));

interface JsonReport {
  readonly bundles: readonly [
    {
      readonly name: string;
      readonly certificate?: {
        readonly subject: string;
        readonly commonName?: string;
        readonly issuer: string;
        readonly subjectAltNames: readonly string[];
        readonly crlUrls: readonly string[];
      };
    },
  ];
}

/** The appliance in the one report that is JSON. */
function bundleIn(runs: readonly Run[]): JsonReport["bundles"][0] {
  return (JSON.parse(reportIn(runs, "json")) as JsonReport).bundles[0];
}

/** The report in a format, of some runs in all of them. */
const reportIn = ([all]: readonly Run[], format: Format): string => all?.written.get(fileOf(format)) ?? "";

/** The noncharacters that XML cannot hold, as escapes. */
const withoutNoncharacters = (text: string): string =>
  text.replace(/[\ufffe\uffff]/g, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);

/** Where an operand lies, by Node's own reckoning. UTF-8 has no lone surrogates. */
const wholePath = (operand: string): string => resolve("/certificates", operand.replace(/\p{Cs}/gu, "\ufffd"));

/** The fields of the signed part of a certificate of version 3. */
const FIELD = { issuer: 3, subject: 5, extensions: 7 } as const;

const treeOf = (bytes: Uint8Array): Node => parseTree(bytes) ?? leaf(0x05, new Uint8Array());

/** A certificate with other fields, signed by the root of the appliance. */
function reissue(certificate: Node, fields: Readonly<Partial<Record<keyof typeof FIELD, Uint8Array>>>): Uint8Array {
  const changed = Object.entries(fields).reduce(
    (tree, [field, bytes]) => replaceAt(tree, [0, FIELD[field as keyof typeof FIELD]], () => [treeOf(bytes)]),
    certificate,
  );
  return writeTree(resign(changed, "root"));
}

const minted = await mintAppliance({ leaf: { identifiers: false }, cas: [{ identifiers: false }] });
const [goodLeaf, goodRoot] = [minted.leaf, ...minted.cas].map(treeOf);

/** UTF-8 has no lone surrogates; BMPString takes any. */
const valueOf = (text: string): Uint8Array =>
  /\p{Cs}/u.test(text)
    ? encode(TAG.bmpString, Buffer.from(text, "utf16le").swap16())
    : encode(TAG.utf8String, Buffer.from(text));

const attributes = {
  C: "2.5.4.6",
  ST: "2.5.4.8",
  O: "2.5.4.10",
  OU: "2.5.4.11",
  CN: "2.5.4.3",
  E: "1.2.840.113549.1.9.1",
};

const nameOf = (text: string): Uint8Array =>
  name(...Object.values(attributes).map((type) => [[type, valueOf(text)] as const]));

/** Context tags of GeneralName. */
const GENERAL = { email: 0x81, dns: 0x82, uri: 0x86 } as const;

/** Subject alternative names and a CRL distribution point: IA5String is for ASCII, and holds any bytes. */
function extensionsOf(text: string, urls: readonly string[] = [text]): Uint8Array {
  const bytes = Buffer.from(text);
  const points = urls.map((url) => seq(encode(context(0), encode(context(0), encode(GENERAL.uri, Buffer.from(url))))));
  return encode(
    context(3),
    seq(
      extensionOf("2.5.29.17", seq(...Object.values(GENERAL).map((tag) => encode(tag, bytes)))),
      extensionOf("2.5.29.31", seq(...points)),
    ),
  );
}

describe.each(nastyTexts.map(([what, text]) => ({ what, text })))("$what", ({ text }) => {
  describe("in a certificate", () => {
    let runs: readonly Run[];
    beforeAll(async () => {
      if (goodLeaf === undefined || goodRoot === undefined) throw new Error("nothing was minted");
      const argv = ["sensor.crt", "sensor.key", "--chain", "ca.pem"];
      const own = nameOf(text);
      const ca = reissue(goodRoot, { issuer: own, subject: own });
      const everywhere = reissue(goodLeaf, { issuer: own, subject: own, extensions: extensionsOf(text) });
      const inIssuer = reissue(goodLeaf, { issuer: own });
      runs = [
        ...(await inAllStyles(argv, { "sensor.crt": everywhere, "ca.pem": pem("CERTIFICATE", ca) })),
        await cli(argv, { "sensor.crt": inIssuer, "ca.pem": pem("CERTIFICATE", ca) }),
      ];
    });

    test("leads to an upload if it is a CA's", () => expect(runs.at(-1)?.out).toContain("\nREADY: "));

    test("is printed harmlessly", () => expect(faults(runs)).toEqual([]));
    test("is no command for a CI system", () => expect(commands(runs)).toEqual([]));
    test("stands in the JSON as it is", () => {
      const { subject, commonName, issuer, subjectAltNames, crlUrls } = bundleIn(runs).certificate ?? {};
      const whole = Object.keys(attributes)
        .map((type) => `${type}=${text}`)
        .join(", ");
      const inIa5 = Buffer.from(text).toString("latin1");
      expect({ subject, commonName, issuer, subjectAltNames, crlUrls }).toEqual({
        subject: whole,
        commonName: text,
        issuer: whole,
        subjectAltNames: [inIa5],
        crlUrls: [inIa5],
      });
    });
  });

  describe("in file names", () => {
    // No file system has a name with NUL in it.
    const own = text.replaceAll("\0", "");
    const files = { [own]: good["sensor.crt"], [`${own}.key`]: good["sensor.key"], [`${own}.pem`]: good["ca.pem"] };
    let runs: readonly Run[];
    beforeAll(async () => {
      const usual = await inAllStyles([`--crt=${own}`, `--key=${own}.key`, `--chain=${own}.pem`], files);
      const others = [
        [`--crt=${own}.key`, `--key=${own}`, `--chain=${own}.key`],
        [`--crt=${own}`, `--key=${own}.key`, `--chain=${own}.pem`, `--chain=${own}`, "--ip=192.0.2.17", "--verbose"],
        [`--crt=${own}`, `--roots=${own}.key`],
        [`--crt=${own}.missing`],
      ];
      runs = [...usual, ...(await Promise.all(others.map((argv) => cli(argv, files))))];
    });

    test("is printed harmlessly", () => expect(faults(runs)).toEqual([]));
    test("is no command for a CI system", () => expect(commands(runs)).toEqual([]));
    test("stands in the JSON as it is", () => expect(bundleIn(runs).name).toBe(own));

    test("stands in the JUnit report, neutralised", () => {
      const xml = reportIn(runs, "junit");
      const [suite] = readJunit(xml);
      expect(suite?.name).toBe(withoutNoncharacters(neutral(own)));
      const failure = suite?.cases.find(({ name: rule }) => rule === "file/extension")?.outcome;
      expect(failure?.message?.startsWith(`${withoutNoncharacters(neutral(own))}: `)).toBe(true);
    });

    test("stands in SARIF as a URI that leads to the file", () => {
      const [run] = readSarif(reportIn(runs, "sarif")).runs;
      const uris = run?.artifacts?.map(({ location }) => location?.uri ?? "") ?? [];
      expect(uris.map((uri) => fileURLToPath(new URL(uri, "file:///certificates/")))).toEqual(
        [own, `${own}.key`, `${own}.pem`].map(wholePath),
      );
      const location = run?.results?.find(({ ruleId }) => ruleId === "file/extension")?.locations?.[0];
      expect(location?.physicalLocation?.artifactLocation?.index).toBe(0);
    });

    test("stands in GitHub's and GitLab's formats, neutralised", () => {
      const [shown, ...others] = [own, `${own}.key`, `${own}.pem`].map((name) => neutral(posix.normalize(name)));
      const annotation = commandsIn(reportIn(runs, "github")).find(
        ({ properties }) => properties["title"] === "file/extension",
      );
      const violations = readGitlab(reportIn(runs, "gitlab"));
      const violation = violations.find(({ check_name }) => check_name === "file/extension");
      expect([annotation?.properties["file"], violation?.location.path]).toEqual([shown, shown]);
      expect(violations.filter(({ location }) => ![shown, ...others].includes(location.path))).toEqual([]);
    });
  });

  test("in a CRL, its file name, its URL and what a server answers is printed harmlessly", async () => {
    if (goodLeaf === undefined) throw new Error("nothing was minted");
    const own = text.replaceAll("\0", "");
    const crl = mintCrl({ issuer: nameOf(text), key: "other" });
    const argv = ["sensor.crt", "sensor.key", "--chain=ca.pem", "--verbose"];
    const answers: readonly (Partial<HttpAnswer> | NetworkError)[] = [
      { status: 302, headers: { location: text } },
      { status: 302, headers: { location: `x-${text}:y` } },
      { headers: { "content-encoding": text } },
      { body: Readable.from([crl]) },
      new NetworkError("protocol", text, text),
    ];
    const urls = answers.map((_, index) => `http://crl.contoso.com/${index}/${text}`);
    const asking = { "sensor.crt": reissue(goodLeaf, { extensions: extensionsOf(text, urls) }) };
    const runs = [
      ...(await inAllStyles([...argv, `--crl=${own}`], { [own]: crl })),
      await cli([...argv, "--online", "--no-cache"], asking, {
        get({ url }) {
          const answer = answers[Number(url.pathname.split("/")[1])] ?? new NetworkError("name", "ENOTFOUND");
          if (answer instanceof NetworkError) return Promise.reject(answer);
          return Promise.resolve({ status: 200, headers: {}, body: Readable.from([]), close() {}, ...answer });
        },
      }),
    ];
    expect([faults(runs), commands(runs)]).toEqual([[], []]);
  });

  test("in files is printed harmlessly", async () => {
    const armoured = (label: string, ...lines: readonly string[]): string =>
      [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
    const contents: readonly (readonly [crt: string, key: string | Uint8Array, ca: string | Uint8Array])[] = [
      [`${text}\n${good["sensor.crt"]}`, text, Buffer.from(text, "utf16le")],
      [
        armoured("CERTIFICATE", text),
        armoured("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED", `DEK-Info: ${text}`, "", "AAAA"),
        armoured(text, "AAAA"),
      ],
    ];
    const runs = contents.map(([crt, key, ca]) =>
      cli(["sensor.crt", "sensor.key", "--chain", "ca.pem", "--verbose"], {
        "sensor.crt": crt,
        "sensor.key": key,
        "ca.pem": ca,
      }),
    );
    expect(faults(await Promise.all(runs))).toEqual([]);
  });

  test("on the command line is printed harmlessly, and is no command for a CI system", async () => {
    const options = ["host", "only", "severity", "format", "passin", "passphrase-set"];
    const lines = [
      ...options.map((option) => ["missing.crt", `--${option}=${text}`]),
      ...["env:", "file:", "fd:"].map((scheme) => ["missing.crt", `--passin=${scheme}${text}`]),
      ...formats.map((format) => ["sensor.crt", `--format=${format}=${text}`]),
      ["missing.crt", "--host", text],
      ["missing.crt", `--severity=chain/*=${text}`],
      ["missing.crt", `--${text}`],
      ["missing.crt", `--${text}=x`],
      ["missing.crt", `-${text}`],
      ["missing.crt", "x", text],
      ["sensor.crt", "--chain", `env:${text}`],
      [text],
      ["rules", text],
      ["rules", `--format=${text}`],
      ["--help", text],
    ];
    const runs = await Promise.all(lines.map((argv) => cli(argv, {})));
    expect([...faults(runs), ...commands(runs)]).toEqual([]);
  });
});
