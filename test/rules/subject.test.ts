/** Rules on the subject. */
import { subject } from "../../src/rules/subject.ts";
import type { BundleSpec } from "../support/bundle.ts";
import { type AttributeSpec, sampleSubject } from "../support/mint.ts";
import { testRules } from "../support/rules.ts";

/** The default subject with other values for one attribute; none takes it away. */
const having = (type: string, ...values: readonly string[]): BundleSpec => ({
  leaf: {
    subject: sampleSubject.flatMap((attribute): AttributeSpec[] =>
      attribute[0] === type ? values.map((value) => [type, value]) : [attribute],
    ),
  },
});

const long = `${"sensor-".repeat(7)}a.contoso.com`;

testRules("subject", subject, [
  ["a domain name", "subject/common-name", {}],
  ["capital letters", "subject/common-name", having("CN", "SENSOR.Contoso.COM")],
  ["an internal domain", "subject/common-name", having("CN", "sensor.plant-3.local")],
  ["an A-label", "subject/common-name", having("CN", "xn--sensr-kva.contoso.com")],
  ["a wildcard has a rule of its own", "subject/common-name", having("CN", "*.contoso.com")],
  ["none", "subject/common-name", having("CN"), ["the subject has no common name"]],
  ["blank", "subject/common-name", having("CN", " "), ["the common name is blank"]],
  [
    "two",
    "subject/common-name",
    having("CN", "sensor.contoso.com", "sensor2.contoso.com"),
    ['2 common names: "sensor.contoso.com", "sensor2.contoso.com"'],
  ],
  ["a bare name", "subject/common-name", having("CN", "sensor"), ['"sensor" is a host name without a domain']],
  ["an IPv4 address", "subject/common-name", having("CN", "10.1.0.7"), ['"10.1.0.7" is an IP address']],
  ["an IPv6 address", "subject/common-name", having("CN", "fd00::7"), ['"fd00::7" is an IP address']],
  [
    "a URL",
    "subject/common-name",
    having("CN", "https://sensor.contoso.com"),
    ['"https://sensor.contoso.com" is a URL'],
  ],
  ["a path", "subject/common-name", having("CN", "sensor.contoso.com/login"), ['"sensor.contoso.com/login" is a URL']],
  ["a mail address", "subject/common-name", having("CN", "it@contoso.com"), ['"it@contoso.com" is an e-mail address']],
  ["words", "subject/common-name", having("CN", "Sensor in plant 3"), ['"Sensor in plant 3" is not a domain name']],
  [
    "an underscore",
    "subject/common-name",
    having("CN", "sensor_3.contoso.com"),
    ['"sensor_3.contoso.com" is not a domain name'],
  ],
  [
    "a star within a label",
    "subject/common-name",
    having("CN", "sen*.contoso.com"),
    ['"sen*.contoso.com" is not a domain name'],
  ],
  ["64 characters", "subject/common-name", having("CN", long.padStart(64, "x"))],
  [
    "65 characters",
    "subject/common-name",
    having("CN", long.padStart(65, "x")),
    ["65 characters, more than the 64 that a common name may have"],
  ],
  [
    "what a terminal would act on",
    "subject/common-name",
    having("CN", "a\u001b[31m\n::error::.com"),
    ['"a\\u001b[31m\\n::error::.com" is not a domain name'],
  ],

  ["no wildcard", "subject/no-wildcard", {}],
  [
    "in the common name",
    "subject/no-wildcard",
    having("CN", "*.contoso.com"),
    ['the common name "*.contoso.com" is a wildcard'],
  ],
  [
    "within a label",
    "subject/no-wildcard",
    having("CN", "sen*.contoso.com"),
    ['the common name "sen*.contoso.com" is a wildcard'],
  ],
  [
    "in an alternative name",
    "subject/no-wildcard",
    { leaf: { names: ["sensor.contoso.com", "*.contoso.com"] } },
    ['the alternative name "*.contoso.com" is a wildcard'],
  ],
  [
    "in both",
    "subject/no-wildcard",
    { leaf: { ...having("CN", "*.contoso.com").leaf, names: ["*.contoso.com"] } },
    ['the common name "*.contoso.com" is a wildcard', 'the alternative name "*.contoso.com" is a wildcard'],
  ],
  ...(["2021", "2022"] as const).map(
    (edition) =>
      [
        `allowed in ${edition}`,
        "subject/no-wildcard",
        { ...having("CN", "*.contoso.com"), context: { edition } },
        { skipped: `the ${edition} edition does not ask for it` },
      ] as const,
  ),

  ["US", "subject/country", {}],
  ["DE", "subject/country", having("C", "DE")],
  ["none", "subject/country", having("C"), ["the subject has no country (C)"]],
  ["blank", "subject/country", having("C", "  "), ["the country (C) is blank"]],
  ["a word", "subject/country", having("C", "Germany"), ['"Germany" is not a code of ISO 3166']],
  ["three letters", "subject/country", having("C", "USA"), ['"USA" is not a code of ISO 3166']],
  ["a code that nobody has", "subject/country", having("C", "XX"), ['"XX" is not a code of ISO 3166']],
  ["UK", "subject/country", having("C", "UK"), ['"UK" is not the code of the United Kingdom, which is GB']],
  ["small letters", "subject/country", having("C", "us"), ['"us" is not in capital letters']],
  ["a good one and a bad one", "subject/country", having("C", "US", "XX"), ['"XX" is not a code of ISO 3166']],

  ["there", "subject/organization", {}],
  ["none", "subject/organization", having("O"), ["the subject has no organization (O)"]],
  ["empty", "subject/organization", having("O", ""), ["the organization (O) is blank"]],
  ["blank", "subject/organization", having("O", " \t"), ["the organization (O) is blank"]],

  ["there", "subject/organizational-unit", {}],
  ["two", "subject/organizational-unit", having("OU", "Contoso Labs", "Plant 3")],
  ["none", "subject/organizational-unit", having("OU"), ["the subject has no organizational unit (OU)"]],
  ["blank", "subject/organizational-unit", having("OU", " "), ["the organizational unit (OU) is blank"]],

  ["the sample's", "subject/field-order", {}],
  [
    "others between do not count",
    "subject/field-order",
    {
      leaf: { subject: [...sampleSubject.slice(0, 3), ["DC", "contoso"], ...sampleSubject.slice(3)] },
    },
  ],
  ["two units", "subject/field-order", having("OU", "Contoso Labs", "Plant 3")],
  [
    "reversed",
    "subject/field-order",
    { leaf: { subject: sampleSubject.toReversed() } },
    ["the subject has the order E, CN, OU, O, L, ST, C, the sample has C, ST, L, O, OU, CN, E"],
  ],
  [
    "without the optional ones",
    "subject/field-order",
    {
      leaf: { subject: sampleSubject.filter(([type]) => !["ST", "L", "E"].includes(type)) },
    },
    ["the subject has no state (ST), locality (L), e-mail address (E)"],
  ],
  [
    "short and reversed",
    "subject/field-order",
    {
      leaf: {
        subject: [
          ["CN", "sensor.contoso.com"],
          ["C", "US"],
        ],
      },
    },
    [
      "the subject has no state (ST), locality (L), e-mail address (E)",
      "the subject has the order CN, C, the sample has C, CN",
    ],
  ],
  ["what is required has rules of its own", "subject/field-order", having("O")],
]);
