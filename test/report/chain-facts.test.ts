/** The facts that the drawing of the chain is made of. */
import { describe, expect, test } from "vitest";
import { type ChainFacts, chainFacts } from "../../src/report/chain-facts.ts";
import { evaluate } from "../../src/evaluation/evaluate.ts";
import { rules } from "../../src/rules/catalogue.ts";
import { type BundleSpec, bundle } from "../support/bundle.ts";
import { type ApplianceSpec, mintAppliance, pem } from "../support/mint.ts";

const pems = async (spec: ApplianceSpec = {}): Promise<[leaf: string, ...cas: string[]]> => {
  const { leaf, cas } = await mintAppliance(spec);
  return [pem("CERTIFICATE", leaf), ...cas.map((ca) => pem("CERTIFICATE", ca))];
};

const [leaf, issuing = "", root = ""] = await pems();
const [, , otherRoot = ""] = await pems({ cas: [{}, { key: "other", identifiers: false }] });
const [, , fabrikam = ""] = await pems({ cas: [{}, { subject: [["CN", "Fabrikam Root CA"]], key: "other" }] });
const [selfSigned] = await pems({ leaf: { signer: "self" } });
const three = await pems({ cas: [{}, {}, {}] });

const ordered = rules.filter(({ id }) => id === "chain/ordered");

const facts = async (spec: BundleSpec): Promise<ChainFacts | undefined> => {
  const { bundle: made, context } = await bundle(spec);
  return chainFacts(made, context);
};
const chained = (...blocks: readonly string[]): BundleSpec => ({ files: { "ca.pem": blocks.join("") } });
const rooted = (roots: string, ...blocks: readonly string[]): BundleSpec => ({
  files: { "root.pem": roots, "ca.pem": blocks.join("") },
  operands: { roots: ["root.pem"] },
});

/** Each certificate of the path in a line: place, name, role, what is wrong with it and with the link upward. */
const lines = ({ path, anchored, missing, ordered, others }: ChainFacts): string[] => [
  ...path.map(({ file, line, name, role, validity, problems }) =>
    [
      `${file}:${line} ${name}, ${role}`,
      ...(validity === "current" ? [] : [validity]),
      ...problems.map(({ on, kind }) => `${kind} on ${on}`),
    ].join(", "),
  ),
  ...(missing === undefined ? [] : [`missing ${missing}`]),
  ...(anchored ? [] : ["not anchored"]),
  ...(ordered ? [] : ["not in order"]),
  ...others.map(({ file, line, name, why }) => `${why} ${file}:${line} ${name}`),
];

const LEAF = "sensor.crt:1 sensor.contoso.com, leaf";
const ISSUING = "ca.pem:1 Contoso Issuing CA, CA";

test("a path that holds", async () => {
  expect(await facts({})).toEqual({
    path: [
      ["sensor.contoso.com", "sensor.crt", 1, "leaf"],
      ["Contoso Issuing CA", "ca.pem", 1, "CA"],
      ["Contoso Root CA", "ca.pem", 21, "root"],
    ].map(([name, file, line, role]) => ({
      name,
      file,
      line,
      role,
      notBefore: "2026-01-01T00:00:00Z",
      notAfter: "2048-01-01T00:00:00Z",
      validity: "current",
      problems: [],
    })),
    anchored: true,
    ordered: true,
    others: [],
  });
});

test.each<readonly [what: string, spec: BundleSpec, expected: readonly string[]]>([
  [
    "wrong order",
    chained(root, issuing),
    [LEAF, "ca.pem:21 Contoso Issuing CA, CA", "ca.pem:1 Contoso Root CA, root", "not in order"],
  ],
  [
    "three CAs, two of them swapped",
    { files: { "sensor.crt": three[0], "ca.pem": [three[1], three[3], three[2]].join("") } },
    [LEAF, ISSUING, "ca.pem:42 Contoso Policy CA, CA", "ca.pem:22 Contoso Root CA, root", "not in order"],
  ],
  ["no root", chained(issuing), [LEAF, `${ISSUING}, gap on link`, "missing Contoso Root CA", "not anchored"]],
  [
    "no issuer",
    chained(root),
    [`${LEAF}, gap on link`, "missing Contoso Issuing CA", "not anchored", "unconnected ca.pem:1 Contoso Root CA"],
  ],
  ["nothing", chained("text\n"), [`${LEAF}, gap on link`, "missing Contoso Issuing CA", "not anchored"]],
  ["the root apart", rooted(root, issuing), [LEAF, ISSUING, "root.pem:1 Contoso Root CA, root"]],
  ["the root in both files", rooted(root, issuing, root), [LEAF, ISSUING, "ca.pem:21 Contoso Root CA, root"]],
  [
    "a root that is no trust anchor",
    rooted(fabrikam, issuing, root),
    [LEAF, ISSUING, "ca.pem:21 Contoso Root CA, root, gap on link", "not anchored"],
  ],
  [
    "another key of the root",
    chained(issuing, otherRoot),
    [LEAF, `${ISSUING}, signature on link`, "ca.pem:21 Contoso Root CA, root"],
  ],
  [
    "strangers and duplicates",
    chained(leaf, issuing, fabrikam, root, root, fabrikam),
    [
      LEAF,
      "ca.pem:26 Contoso Issuing CA, CA",
      "ca.pem:64 Contoso Root CA, root",
      "duplicate ca.pem:1 sensor.contoso.com",
      "unconnected ca.pem:46 Fabrikam Root CA",
      "duplicate ca.pem:84 Contoso Root CA",
      "duplicate ca.pem:104 Fabrikam Root CA",
    ],
  ],
  [
    "a leaf that has expired",
    { leaf: { notAfter: "2026-11-21T00:00:00Z" } },
    [`${LEAF}, expired`, ISSUING, "ca.pem:21 Contoso Root CA, root"],
  ],
  [
    "a CA that has expired",
    { cas: [{ notAfter: "2026-11-20T00:00:00Z" }, {}] },
    [LEAF, `${ISSUING}, expired, dates on certificate`, "ca.pem:21 Contoso Root CA, root"],
  ],
  [
    "a root whose time is to come",
    { cas: [{}, { notBefore: "2027-01-01T00:00:00Z" }] },
    [LEAF, ISSUING, "ca.pem:21 Contoso Root CA, root, not begun, dates on certificate"],
  ],
  [
    "a CA that is none",
    { cas: [{ cA: false }, {}] },
    [LEAF, `${ISSUING}, authority on certificate`, "ca.pem:21 Contoso Root CA, root"],
  ],
  [
    "too many CAs",
    { cas: [{}, {}, { pathLength: 0 }] },
    [LEAF, ISSUING, "ca.pem:22 Contoso Policy CA, CA", "ca.pem:42 Contoso Root CA, root, path-length on certificate"],
  ],
  [
    "a self-signed leaf that is its own chain",
    { files: { "sensor.crt": selfSigned, "ca.pem": selfSigned } },
    [LEAF, "duplicate ca.pem:1 sensor.contoso.com"],
  ],
  [
    "two chain files",
    { files: { "a.pem": root, "b.pem": issuing }, operands: { chains: ["a.pem", "b.pem"] } },
    [LEAF, "b.pem:1 Contoso Issuing CA, CA", "a.pem:1 Contoso Root CA, root", "not in order"],
  ],
])("%s", async (_what, spec, expected) => {
  const { bundle: made, context } = await bundle(spec);
  const found = chainFacts(made, context);
  expect(found && lines(found)).toEqual(expected);
  // The rule has more to say of a file without certificates.
  if (made.chain?.certificates.length === 0) return;
  expect(evaluate(ordered, made, context)).toMatchObject([{ outcome: found?.ordered ? "holds" : "fails" }]);
});

describe("nothing is said of", () => {
  test.each<readonly [what: string, spec: BundleSpec]>([
    ["no chain file", { operands: { chains: [] } }],
    ["a self-signed leaf alone", { leaf: { signer: "self" }, operands: { chains: [] } }],
    ["a leaf that cannot be read", { files: { "sensor.crt": "" } }],
    ["a chain that is not judged", { context: { validation: false } }],
    ["a chain file of which not all was read", chained("-----BEGIN X-----\n-----END X-----\n".repeat(300_000))],
  ])("%s", async (_what, spec) => expect(await facts(spec)).toBe(undefined));
});
