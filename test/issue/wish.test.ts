import { expect, test } from "vitest";
import {
  alternativeProblem,
  type Answers,
  attributeProblem,
  fields,
  missingFields,
  wishOf,
} from "../../src/issue/wish.ts";

const answers = (more: Partial<Answers> = {}): Answers => ({
  name: "sensor.contoso.com",
  subject: { organizationalUnit: ["Labs", "OT"], email: ["a@b.c"], country: ["US"], organization: ["Contoso"] },
  alternatives: [],
  ...more,
});

test("the subject is in the order of the sample, whatever the order of the answers", () => {
  expect(wishOf(answers()).subject).toEqual([
    ["C", "US"],
    ["O", "Contoso"],
    ["OU", "Labs"],
    ["OU", "OT"],
    ["CN", "sensor.contoso.com"],
    ["E", "a@b.c"],
  ]);
});

test.each<[what: string, more: Partial<Answers>, names: string[], addresses: string[]]>([
  ["the common name alone", {}, ["sensor.contoso.com"], []],
  [
    "names and addresses told apart",
    { alternatives: ["sensor", "192.0.2.17", "2001:DB8::0:1"] },
    ["sensor.contoso.com", "sensor"],
    ["192.0.2.17", "2001:db8::1"],
  ],
  [
    "each once, whatever its case, the first as it was written",
    { alternatives: ["b.contoso.com", "SENSOR.contoso.com", "B.contoso.com.", "192.0.2.17", "192.0.2.17"] },
    ["sensor.contoso.com", "b.contoso.com"],
    ["192.0.2.17"],
  ],
  [
    "no dot of the root",
    { name: "sensor.contoso.com.", alternatives: ["b.contoso.com."] },
    ["sensor.contoso.com", "b.contoso.com"],
    [],
  ],
])("names: %s", (_what, more, names, addresses) => {
  const wish = wishOf(answers(more));
  expect([wish.commonName, wish.names, wish.addresses]).toEqual(["sensor.contoso.com", names, addresses]);
});

test("country, organization and organizational unit have to be there", () => {
  expect(missingFields(answers({ subject: { email: ["a@b.c"], country: [] } })).map(({ option }) => option)).toEqual([
    "--country",
    "--organization",
    "--organizational-unit",
  ]);
});

const field = (wanted: string) => fields.find(({ key }) => key === wanted) ?? { type: "O" as const, longest: 0 };

test.each<[what: string, key: string, value: string, problem: string | undefined]>([
  ["text of any script", "organization", 'Zürich "東京", Inc. + Söhne = $1\\', undefined],
  ["as long as RFC 5280 has it, counted in characters", "organization", "😀".repeat(64), undefined],
  ["longer", "organization", "x".repeat(65), "has more than 64 characters"],
  ["a line feed", "organization", "a\nb", "has a character that cannot be seen"],
  ["an escape sequence", "organization", "a\u001b[31m", "has a character that cannot be seen"],
  ["right to left", "locality", "a\u202eb", "has a character that cannot be seen"],
  ["half a character", "locality", "a\ud800", "has a character that cannot be seen"],
  ["another encoding", "locality", Buffer.from("Z\xfcrich", "latin1").toString(), "is no text in UTF-8"],
  ["an e-mail address", "email", "ot@contoso.com", undefined],
  ["none", "email", "ot.contoso.com", "is not an e-mail address"],
  ["one that IA5String cannot have", "email", "öt@contoso.com", "is not an e-mail address"],
])("an attribute: %s", (_what, key, value, problem) => {
  expect(attributeProblem(field(key), value)).toBe(problem);
});

test.each([
  ["sensor", undefined],
  ["b.contoso.com", undefined],
  ["192.0.2.17", undefined],
  ["*.contoso.com", undefined],
  ["http://b.contoso.com", "is a URL"],
  ["a@b.c", "is an e-mail address"],
  ["a b", "is no name of a host"],
  ["a\nDNS.9 = b", "is no name of a host"],
  ["", "is no name of a host"],
])("an alternative name %j", (text, problem) => {
  expect(alternativeProblem(text)).toBe(problem);
});
