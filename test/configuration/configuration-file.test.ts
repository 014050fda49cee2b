/** What may stand in a configuration: certcheck and the published schema agree, and what is wrong is said with its place. */
import { Ajv } from "ajv";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readConfiguration } from "../../src/configuration/configuration-file.ts";
import { rules } from "../../src/rules/catalogue.ts";
import { suggestion } from "../../src/evaluation/selection.ts";
import { UsageError } from "../../src/errors.ts";
import { nastyTexts } from "../support/nasty.ts";
import { processorTime } from "../support/processor-time.ts";

const ruleIds = rules.map(({ id }) => id);

const FILE = "certcheck.config.yaml";

const validate = new Ajv({ strict: false }).compile(JSON.parse(readFileSync("docs/config.schema.json", "utf8")));

const whole = `
$schema: ./docs/config.schema.json
edition: 2022
validation: false
allowSelfSigned: true
warnDays: 0
handshake: true
failOn: warning
chain: [ca/issuing.pem]
roots: [ca/root.pem]
crl: [ca/issuing.crl]
only: ["chain/*", key/size]
ignore: ["*/ordered"]
severity:
  key/fast: warning
  "crl-point/*": info
requirements:
  issuers: [Contoso Issuing CA]
  names: ["*.ot.contoso.com"]
  subject: { O: [Contoso Ltd], C: [US, DE] }
  maximumLifetimeDays: 397
  minimumKeySize: 4096
profiles:
  - files: ["lab/**"]
    failOn: never
waivers:
  - rule: subject/organizational-unit
    subject: sensor-17.contoso.com
    reason: the public CA may not issue it
    owner: Jane Doe
    until: 2027-01-31
`;

describe("is read", () => {
  test("with all that may stand in it", () => {
    expect(readConfiguration(FILE, whole)).toMatchObject({ edition: "2022", profiles: [{ failOn: "never" }] });
    expect(validate(parse(whole)), JSON.stringify(validate.errors)).toBe(true);
  });

  test.each<[string, string]>([
    ["nothing", ""],
    ["comments alone", "# nothing yet\n"],
    ["an empty object", "{}"],
    ["JSON, indented by tabs", '{\n\t"warnDays": 45,\n\t"edition": "2021"\n}\n'],
    ["a byte order mark", "\ufeffwarnDays: 45\n"],
    ["CR LF", "warnDays: 45\r\nfailOn: never\r\n"],
    ["an anchor", "chain: &ca [ca.pem]\nroots: *ca\n"],
  ])("%s", (_what, text) => {
    expect(() => readConfiguration(FILE, text)).not.toThrow();
    expect(validate(parse(text) ?? {}), JSON.stringify(validate.errors)).toBe(true);
  });
});

/** Not wrong to a schema. */
const beyondSchemas = "certcheck alone";

const unknown =
  "no such key; known here are edition, validation, allowSelfSigned, warnDays, handshake, failOn, chain, roots, crl, only, ignore, severity, requirements, profiles, new, waivers";
const commandLine = "is said on the command line alone: a file must not make certcheck write, ask or open a connection";

describe("is refused", () => {
  test.each<[what: string, text: string, messages: readonly string[], who?: typeof beyondSchemas]>([
    ["a list", "- a", ["1:1: a list is not a set of options"]],
    ["a text", "READY", ["1:1: it is not a set of options"]],
    ["an unknown key", "\nwarnDays: 1\nx: 1", [`3:1: x: ${unknown}`]],
    ["unknown keys alone", "\nx: 1", [`2:1: ${unknown}`]],
    ["a key of two lines", 'warnDays: 1\n"x\\n::error::": 1', [`2:1: ["x\\n::error::"]: ${unknown}`]],
    ["another spelling", "warn-days: 1", ["1:1: warn-days: no such key; did you mean warnDays?"]],
    ["a slip", "warnDay: 1", ["1:1: no such key; did you mean warnDays?"]],
    ["the network", "online: true", [`1:1: online: ${commandLine}`]],
    ["a file to write", "format: [json=x]", [`1:1: format: ${commandLine}`]],
    ["a passphrase", "pass: secret", [`1:1: pass: ${commandLine}`]],
    ["no number", "warnDays: soon", ['1:11: warnDays: "soon" is not a number of days']],
    ["a fraction", "warnDays: 1.5", ["1:11: warnDays: 1.5 is not a whole number of days"]],
    ["less than nothing", "warnDays: -1", ["1:11: warnDays: -1 is too small a number of days"]],
    ["no value", "warnDays:", ["1:10: warnDays: is not a number of days"]],
    ["another edition", "edition: 2024", ["1:10: edition: 2024 is none of 2021, 2022, 2023"]],
    ["no list", "only: chain/*", ['1:7: only: "chain/*" is not a list of rules']],
    [
      "a list without end",
      `requirements: { names: [${"a,".repeat(1001)}] }`,
      ["1:24: requirements.names: is a list of more than 1000"],
    ],
    ["an empty list", "only: []", ["1:7: only: is an empty list"]],
    [
      "standard input by its name",
      "crl: [/dev/stdin]",
      ['1:7: crl[0]: "/dev/stdin" is not the name of a file'],
      beyondSchemas,
    ],
    [
      "another machine",
      "crl: ['\\\\server\\a']",
      ['1:7: crl[0]: "\\\\\\\\server\\\\a" is not the name of a file'],
      beyondSchemas,
    ],
    ["standard input", "chain: ['-']", ['1:9: chain[0]: "-" is not the name of a file'], beyondSchemas],
    [
      "an unknown rule",
      "ignore:\n  - key/sizes",
      ['2:5: ignore[0]: "key/sizes" is not the id of a rule; did you mean key/size?'],
    ],
    [
      "an object that is no text",
      "only: [{ toString: }]",
      ["1:8: only[0]: is not the id of a rule; certcheck rules lists them"],
    ],
    [
      "a pattern without a rule",
      "ignore: ['keys/*']",
      ['1:10: ignore[0]: "keys/*" matches no rule; certcheck rules lists them'],
      beyondSchemas,
    ],
    [
      "a rule and a level",
      "severity:\n  key/x: error\n  key/size: bad",
      [
        `2:3: severity.key/x: "key/x" is not the id of a rule; ${suggestion("key/x", ruleIds)}`,
        '3:13: severity.key/size: "bad" is none of error, warning, info',
      ],
    ],
    [
      "an attribute",
      "requirements:\n  subject:\n    XX: [a]",
      ["3:5: requirements.subject.XX: no such key; known here are C, ST, L, O, OU, CN, E"],
    ],
    [
      "a size",
      "requirements: { minimumKeySize: 8192 }",
      ["1:33: requirements.minimumKeySize: 8192 is too large a number of bits"],
    ],
    [
      "a pattern that excludes",
      "profiles:\n  - files: ['!lab/**']",
      ['2:13: profiles[0].files[0]: "!lab/**" is more than *, **, ?, [a-z] and {a,b} can say'],
      beyondSchemas,
    ],
    ["a profile for nothing", "profiles:\n  - warnDays: 3", ["2:5: profiles[0]: lacks files"]],
    [
      "a profile in a profile",
      "profiles:\n  - files: [a]\n    profiles: []",
      [`3:5: profiles[0].profiles: ${unknown.replace("are ", "are files, ").replace(", profiles, new, waivers", "")}`],
    ],
    [
      "a waiver",
      "waivers:\n  - rule: key/size\n    until: 2027-02-30\n    subject: ' '",
      [
        "2:5: waivers[0]: lacks reason",
        "2:5: waivers[0]: lacks owner",
        '3:12: waivers[0].until: "2027-02-30" is not a day such as 2027-01-31',
        '4:14: waivers[0].subject: "" is empty',
      ],
    ],
    [
      "a waiver for ever",
      "waivers: [{ rule: key/size, subject: a, reason: b, owner: c, until: never }]",
      ['1:69: waivers[0].until: "never" is not a day such as 2027-01-31'],
      beyondSchemas,
    ],
  ])("%s", (_what, text, messages, who) => {
    const expected = messages.map((message) => `${FILE}:${message}`).join("\n");
    expect(() => readConfiguration(FILE, text)).toThrow(new UsageError(expected));
    expect(validate(parse(text))).toBe(who === beyondSchemas);
  });

  test.each<[string, string, string]>([
    ["a key twice", "a: 1\na: 2", ":2:1: not sound YAML: duplicate key"],
    ["a key twice, one of them quoted", "warnDays: 1\n'warnDays': 2", ":2:1: not sound YAML: duplicate key"],
    ["a key twice in JSON", '{"waivers": [{"rule": "key/size", "rule": "*"}]}', ":1:35: not sound YAML: duplicate key"],
    ["a name of all objects", "__proto__: 1", ":1:1: not sound YAML: reserved key"],
    ["another, for a rule", "severity: { constructor: error }", ":1:13: not sound YAML: reserved key"],
    ["a set", "!!set { warnDays, failOn }", ":1:1: not sound YAML: tag resolve failed"],
    ["two documents", "a: 1\n---\nb: 2", ":2:1: not sound YAML: multiple docs"],
    ["a tag", "warnDays: !days 3", ":1:11: not sound YAML: tag resolve failed"],
    ["a key that is a list", "? [a]\n: b", ":1:3: not sound YAML: non string key"],
    [
      "aliases of aliases",
      [
        "a: &a [x, x, x, x, x, x, x, x, x, x]",
        ..."bcdefgh".split("").map((name, index) => `${name}: &${name} [${`*${"abcdefgh"[index]},`.repeat(10)}]`),
      ].join("\n"),
      ": not sound YAML: aliases that lead nowhere, or to too much",
    ],
    ["a PEM file", readFileSync("fixtures/ready/sensor.crt", "utf8"), ":1:1: it is not a set of options"],
  ])("%s", (_what, text, message) => {
    expect(() => readConfiguration(FILE, text)).toThrow(`${FILE}${message}`);
  });

  test("more than ten: the rest is counted", () => {
    const files = `chain:\n${"- 1\n".repeat(12)}`;
    expect(() => readConfiguration(FILE, files)).toThrow(
      /:11:3: chain\[9\]: [^\n]*\ncertcheck\.config\.yaml: and 2 more$/,
    );
  });

  test.each([
    ["at the top", "", ""],
    ["rules", "severity:\n", "  "],
  ])("many keys %s: soon", (_what, head, indentation) => {
    const keys = Array.from({ length: 30_000 }, (_, index) => `${indentation}k${index}: 1\n`);
    const started = processorTime();
    expect(() => readConfiguration(FILE, head + keys.join(""))).toThrow(UsageError);
    expect(processorTime() - started).toBeLessThan(4000);
  });

  test.each([
    ["what is long", `edition: ${"x".repeat(100)}`, "x"],
    ["a key in place of a configuration", readFileSync("fixtures/ready/sensor.key", "utf8"), "MII"],
    ...["chain", "roots", "crl"].map((list): [string, string, string] => [
      `a key in ${list}`,
      JSON.stringify({ [list]: [readFileSync("fixtures/ready/sensor.key", "utf8")] }),
      "MII",
    ]),
    [
      "a key in one line in place of a file",
      JSON.stringify({ chain: [readFileSync("fixtures/ready/sensor.key", "utf8").replace(/-----.*-----|\s/g, "")] }),
      "MII",
    ],
    [
      "a key in place of a reason",
      JSON.stringify({
        warnDays: 1,
        waivers: [{ rule: "*", reason: readFileSync("fixtures/ready/sensor.key", "utf8") }],
      }),
      "MII",
    ],
    ["a key in place of a key", JSON.stringify({ warnDays: 1, [`MII${"aB1".repeat(20)}`]: 1 }), "MII"],
    ["a passphrase in place of a configuration", "Sensor-2026!", "Sensor"],
    ["a passphrase that ends as a key does", "Sensor-2026:", "Sensor"],
    ["a passphrase in braces", "{Sensor-2026}", "Sensor"],
    ["a line with a passphrase", "Sensor: 2026", "Sensor"],
    ["a passphrase that begins as an alias does", "*Sensor-2026!", "Sensor"],
    ["a passphrase that begins as a tag does", "!Sensor-2026!", "Sensor"],
  ])("%s is not repeated", (_what, text, part) => {
    expect(() => readConfiguration("file", text)).toThrow(UsageError);
    expect(() => readConfiguration("file", text)).not.toThrow(part);
  });
});

test.each(nastyTexts)("%s: a usage error, or a configuration", (_what, nasty) => {
  for (const text of [nasty, `warnDays: ${nasty}`, `${nasty}: 1`, JSON.stringify({ ignore: [nasty] })]) {
    try {
      readConfiguration(FILE, text);
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
    }
  }
});
