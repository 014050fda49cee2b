/** The drawing of the chain, of made-up facts. */
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import type { ChainFacts, ChainProblem, OtherCertificate, PathCertificate } from "../../src/report/chain-facts.ts";
import { chainLines } from "../../src/reporters/chain-drawing.ts";
import { plain, type Style } from "../../src/reporters/style.ts";
import { nastyTexts } from "../support/nasty.ts";
import { commandIn, unsafeIn } from "../support/safe-text.ts";
import { certificateOf, chainOf as chain } from "./made-up.ts";

const terminal: Style = {
  columns: 80,
  measure: stringWidth,
  charset: "UTF-8",
  paint: plain,
  verbose: false,
  quiet: false,
  folder: "",
};

const problem = (kind: ChainProblem["kind"], on: ChainProblem["on"] = "certificate"): ChainProblem => ({
  on,
  kind,
  message: "what was found",
});

const certificate = (name: string, line: number, more: Partial<PathCertificate> = {}): PathCertificate =>
  certificateOf(name, { line, ...more });

const leaf = (more: Partial<PathCertificate> = {}): PathCertificate =>
  certificate("sensor.contoso.com", 1, { file: "sensor.crt", role: "leaf", ...more });
const issuing = (more: Partial<PathCertificate> = {}): PathCertificate => certificate("Contoso Issuing CA", 1, more);
const root = (more: Partial<PathCertificate> = {}): PathCertificate =>
  certificate("Contoso Root CA", 21, { role: "root", ...more });

const draw = (facts: ChainFacts, style: Partial<Style> = {}): string =>
  chainLines(facts, { ...terminal, ...style }).join("\n");

const drawing = (...lines: readonly string[]): string => ["Chain", ...lines].join("\n");

const LEAF = "  ┌ sensor.contoso.com  sensor.crt:1  until 2048-01-01";
const ISSUING = "  ├ Contoso Issuing CA  ca.pem:1      until 2048-01-01";
const ROOT = "  └ Contoso Root CA     ca.pem:21     until 2048-01-01  root";

test.each<readonly [what: string, facts: ChainFacts, expected: string]>([
  ["holds", chain([leaf(), issuing(), root()]), drawing(LEAF, ISSUING, ROOT)],
  [
    "is in another order",
    chain([leaf(), issuing(), root()], { ordered: false }),
    `Chain, put into the right order: the file has another\n${[LEAF, ISSUING, ROOT].join("\n")}`,
  ],
  [
    "is broken",
    chain([leaf({ problems: [problem("signature", "link")] }), issuing(), root()]),
    drawing(LEAF, "  ✗ signature does not verify", ISSUING, ROOT),
  ],
  [
    "ends too early",
    chain([leaf(), issuing({ problems: [problem("gap", "link")] })], { anchored: false, missing: "Contoso Root CA" }),
    drawing(LEAF, ISSUING, "  ✗ Contoso Root CA is missing"),
  ],
  [
    "ends at a root that is not trusted",
    chain([leaf(), issuing(), root({ problems: [problem("gap", "link")] })], { anchored: false }),
    drawing(LEAF, ISSUING, "  ├ Contoso Root CA     ca.pem:21     until 2048-01-01", "  ✗ leads to no trusted root"),
  ],
  [
    "has faults in its certificates",
    chain([
      leaf({ validity: "expired", notAfter: "2025-05-30T00:00:00Z" }),
      issuing({
        validity: "not begun",
        notBefore: "2027-05-30T00:00:00Z",
        problems: [problem("dates"), problem("authority")],
      }),
      root({ validity: "unreadable", notAfter: "9", problems: [problem("dates")] }),
    ]),
    drawing(
      "  ┌ sensor.contoso.com  sensor.crt:1  until 2025-05-30  ✗ expired",
      "  ├ Contoso Issuing CA  ca.pem:1      from 2027-05-30",
      "  │   ✗ not valid yet, may not sign",
      "  └ Contoso Root CA     ca.pem:21                       ✗ dates cannot be read",
    ),
  ],
  [
    "has two faults of one kind",
    chain([leaf(), issuing({ problems: [problem("name-constraint"), problem("name-constraint")] }), root()]),
    drawing(LEAF, `${ISSUING}  ✗ name not allowed`, ROOT),
  ],
  [
    "has a CA that is revoked",
    chain([leaf({ revocation: "good" }), issuing({ revocation: "revoked" }), root()]),
    drawing(LEAF, `${ISSUING}  ✗ revoked`, ROOT),
  ],
  ["is a leaf alone", chain([leaf()]), drawing("  ─ sensor.contoso.com  sensor.crt:1  until 2048-01-01  self-signed")],
  [
    "has other certificates beside it",
    chain([leaf(), issuing(), root()], {
      others: [
        { name: "Contoso Root CA", file: "ca.pem", line: 41, why: "duplicate" },
        { name: "Fabrikam Root CA", file: "ca.pem", line: 61, why: "unconnected" },
      ],
    }),
    drawing(
      LEAF,
      ISSUING,
      ROOT,
      "    Contoso Root CA     ca.pem:41                       once more",
      "    Fabrikam Root CA    ca.pem:61                       no part of it",
    ),
  ],
])("%s", (_what, facts, expected) => expect(draw(facts)).toBe(expected));

test("where a link is missing, nobody knows what the rest is for", () => {
  const others = [{ name: "Contoso Root CA", file: "ca.pem", line: 1, why: "unconnected" } as const];
  const path = [leaf({ problems: [problem("gap", "link")] })];
  expect(draw(chain(path, { anchored: false, missing: "Contoso Issuing CA", others }))).toBe(
    drawing(
      LEAF,
      "  ✗ Contoso Issuing CA is missing",
      "    Contoso Root CA     ca.pem:1                        not reached",
    ),
  );
});

test("nothing is drawn of nothing", () => expect(chainLines(undefined, terminal)).toEqual([]));

test("where nothing speaks of UTF-8, it is made of ASCII", () => {
  const gap = { anchored: false, missing: "A root whose name is longer than the room there is on a narrow terminal" };
  const facts = chain([leaf(), issuing({ problems: [problem("authority"), problem("gap", "link")] })], gap);
  expect(draw(facts, { charset: "ASCII", columns: 60 })).toBe(
    drawing(
      "  | sensor.contoso.com  sensor.crt:1",
      "  | Contoso Issuing CA  ca.pem:1      x may not sign",
      "  x A root whose name is longer than the room... is missing",
    ),
  );
});

test("marks tell what colours tell", () => {
  const paint = { ...plain, bad: (text: string) => `<${text}>`, good: (text: string) => `(${text})` };
  const facts = chain([leaf({ problems: [problem("identifier", "link")] }), issuing(), root({ validity: "expired" })]);
  expect(draw(facts, { paint }).split("\n").slice(1)).toEqual([
    "  (┌) sensor.contoso.com  sensor.crt:1  until 2048-01-01",
    "  <✗> <issued by another CA of this name>",
    "  (├) Contoso Issuing CA  ca.pem:1      until 2048-01-01",
    "  <└> Contoso Root CA     ca.pem:21     until 2048-01-01  <✗ expired>",
  ]);
});

test("the middle of a long path is counted", () => {
  const path = Array.from({ length: 102 }, (_, index) =>
    certificate(`CA ${index}`, index, index === 50 ? { problems: [problem("authority")] } : {}),
  );
  const lines = draw(chain(path)).split("\n");
  expect(lines).toHaveLength(1 + 7 + 1 + 5);
  expect(lines[8]).toBe("  ┊ 90 more, 1 of them at fault");
  expect(lines.at(-1)).toMatch(/^ {2}└ CA 101 .* root$/);
});

test("of many others, a few are listed", () => {
  const others = Array.from({ length: 300 }, (_, line): OtherCertificate => ({
    name: "Contoso CA",
    file: "ca.pem",
    line,
    why: "unconnected",
  }));
  const lines = draw(chain([leaf()], { others })).split("\n");
  expect(lines).toHaveLength(6);
  expect(lines.at(-1)).toBe("    and 297 more beside it");
});

test.each([40, 60, 80, 100])("long names and paths are cut, so that %i columns hold a line", (columns) => {
  const long = { name: "東京".repeat(5000), file: `certificates/${"of the appliance/".repeat(50)}ca.pem` };
  const lines = draw(chain([leaf(long), issuing(long), root()], { others: [{ ...long, why: "duplicate" }] }), {
    columns,
  }).split("\n");
  expect(lines.slice(1).filter((line) => stringWidth(line) > columns)).toEqual([]);
  expect(lines).toHaveLength(5);
  expect(lines[1]).toMatch(/^ {2}┌ 東京.*… +….*ca\.pem:1/);
});

describe.each(nastyTexts.map(([what, text]) => ({ what, text })))("$what", ({ text }) => {
  test.each(["UTF-8", "ASCII"] as const)("in %s is harmless, and takes no more room than there is", (charset) => {
    const named = { name: text, file: `${text}.pem` };
    const gap = { anchored: false, missing: text, others: [{ ...named, why: "unconnected" } as const] };
    const out = draw(chain([leaf(named), issuing({ ...named, problems: [problem("gap", "link")] })], gap), { charset });
    expect([unsafeIn(out), commandIn(out)]).toEqual([undefined, undefined]);
    const lines = out.split("\n");
    expect(lines).toHaveLength(5);
    expect(lines.filter((line) => stringWidth(line) > 80 || line.length > 80 * 4)).toEqual([]);
  });
});
