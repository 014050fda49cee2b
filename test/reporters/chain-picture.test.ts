/** The geometry of the chain's picture, of made-up facts. */
import { describe, expect, test } from "vitest";
import type { ChainFacts, ChainProblem, PathCertificate } from "../../src/report/chain-facts.ts";
import { type Bar, chainPicture, type PictureRow } from "../../src/reporters/chain-picture.ts";
import { certificateOf, chainOf as chain } from "./made-up.ts";

const AT = "2026-07-02T00:00:00Z";

/** From year to year, whole years each. */
const years = (from: string, to: string, more: Partial<PathCertificate> = {}): PathCertificate =>
  certificateOf("CA", { notBefore: `${from}-01-01T00:00:00Z`, notAfter: `${to}-01-01T00:00:00Z`, ...more });

const link = (kind: ChainProblem["kind"]): ChainProblem => ({ on: "link", kind, message: "" });

describe("the axis", () => {
  const ticks = (path: readonly PathCertificate[], at = AT): readonly (readonly [string, number])[] =>
    chainPicture(chain(path), at).axis.ticks.map((tick) => [tick.label, tick.at]);

  test.each([
    [
      "whole years around the dates",
      [years("2026", "2028")],
      [
        ["2026", 0],
        ["2027", 33.3],
        ["2028", 66.61],
        ["2029", 100],
      ],
    ],
    [
      "the time judged counts",
      [years("2028", "2028")],
      [
        ["2026", 0],
        ["2027", 33.3],
        ["2028", 66.61],
        ["2029", 100],
      ],
    ],
    [
      "nothing but the time judged",
      [],
      [
        ["2026", 0],
        ["2027", 100],
      ],
    ],
    [
      "every fifth year",
      [years("2020", "2044")],
      [
        ["2020", 0],
        ["2025", 20.01],
        ["2030", 40],
        ["2035", 60],
        ["2040", 79.99],
        ["2045", 100],
      ],
    ],
    [
      "no further than forty years",
      [years("1950", "9999")],
      [
        ["2000", 17.28],
        ["2020", 41.97],
        ["2040", 66.67],
        ["2060", 91.36],
      ],
    ],
    [
      "dates that cannot be read are left out",
      [certificateOf("x", { notBefore: "2>&1", notAfter: "20990101", validity: "unreadable" })],
      [
        ["2026", 0],
        ["2027", 100],
      ],
    ],
  ] as const)("%s", (_what, path, expected) => expect(ticks(path)).toEqual(expected));

  test("six labels at most", () => {
    const counts = Array.from({ length: 90 }, (_, index) => ticks([years("2026", String(2027 + index))]).length);
    expect(Math.max(...counts)).toBeLessThanOrEqual(6);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(2);
  });

  test("the time judged is where it is in its year", () =>
    expect(chainPicture(chain([]), AT).axis.now).toEqual({ at: 49.86, label: "2026-07-02" }));
  test("without a time judged that can be read there is no line", () =>
    expect(chainPicture(chain([years("2026", "2027")]), "now").axis).not.toHaveProperty("now"));
  test("a time judged long ago", () =>
    expect(chainPicture(chain([]), "0050-01-01T00:00:00Z").axis).toEqual({
      ticks: [
        { label: "50", at: 0 },
        { label: "51", at: 100 },
      ],
      now: { at: 0, label: "0050-01-01" },
    }));
});

describe("bars", () => {
  const bar = (certificate: PathCertificate): Bar | undefined => chainPicture(chain([certificate]), AT).rows[0]?.bar;
  const whole = { isCutBefore: false, isCutAfter: false };

  test.each([
    ["current", years("2026", "2028"), { from: 0, to: 66.61, state: "current", ...whole }],
    ["expired", years("2020", "2024", { validity: "expired" }), { from: 0, to: 57.14, state: "expired", ...whole }],
    [
      "not begun",
      years("2027", "2028", { validity: "not begun" }),
      { from: 33.3, to: 66.61, state: "not begun", ...whole },
    ],
    [
      "of a day",
      certificateOf("x", { notBefore: AT, notAfter: "2026-07-03T00:00:00Z" }),
      { from: 49.86, to: 50.61, state: "current", ...whole },
    ],
    [
      "of the last moment",
      certificateOf("x", { notBefore: "2026-12-31T23:59:59Z", notAfter: "2026-12-31T23:59:59Z" }),
      { from: 99.25, to: 100, state: "current", ...whole },
    ],
    [
      "longer than the axis",
      years("1950", "9999"),
      { from: 0, to: 100, state: "current", isCutBefore: true, isCutAfter: true },
    ],
    ["with its dates the wrong way round", years("2028", "2026", { validity: "not begun" }), undefined],
    ["with dates that cannot be read", certificateOf("x", { notBefore: "x", validity: "unreadable" }), undefined],
  ] as const)("%s", (_what, certificate, expected) => expect(bar(certificate)).toEqual(expected));
});

describe("rows", () => {
  const leaf = certificateOf("leaf", { role: "leaf", file: "sensor.crt" });
  const issuing = certificateOf("issuing");
  const root = certificateOf("root", { role: "root" });
  const short = ({ mark, up, down, name = "", notes, isAtFault }: PictureRow): string =>
    [`${up} ${mark} ${down}`, name, ...notes, ...(isAtFault ? ["!"] : [])].filter((part) => part !== "").join(" | ");
  const rows = (facts: ChainFacts): string[] => chainPicture(facts, AT).rows.map(short);

  test.each([
    [
      "a chain",
      chain([leaf, issuing, root]),
      ["none certificate solid | leaf", "solid certificate solid | issuing", "solid certificate none | root"],
    ],
    ["a certificate alone", chain([root]), ["none certificate none | root"]],
    [
      "a broken link",
      chain([{ ...leaf, problems: [link("signature")] }, root]),
      [
        "none certificate broken | leaf",
        "broken broken broken | signature does not verify | !",
        "broken certificate none | root",
      ],
    ],
    [
      "an issuer that is missing",
      chain([{ ...leaf, problems: [link("gap")] }], { anchored: false, missing: "Contoso CA" }),
      ["none certificate broken | leaf", "broken missing none | Contoso CA | missing: none of the files has it | !"],
    ],
    [
      "an end that leads nowhere",
      chain([leaf, { ...issuing, problems: [link("gap")] }], { anchored: false }),
      [
        "none certificate solid | leaf",
        "solid certificate broken | issuing",
        "broken broken none | leads to no trusted root | !",
      ],
    ],
    [
      "a CA that is at fault itself",
      chain([leaf, { ...root, revocation: "revoked" }]),
      ["none certificate solid | leaf", "solid certificate none | root | revoked | !"],
    ],
    ["an expired leaf", chain([{ ...leaf, validity: "expired" }]), ["none certificate none | leaf | expired | !"]],
  ] as const)("%s", (_what, facts, expected) => expect(rows(facts)).toEqual(expected));

  test("the middle of a long path is a count", () => {
    const path = Array.from({ length: 100 }, (_, index) =>
      certificateOf(`CA ${index}`, index === 50 ? { validity: "expired" } : {}),
    );
    const names = rows(chain(path));
    expect(names).toHaveLength(13);
    expect(names[7]).toBe("none more none | 88 more, 1 of them at fault | !");
    expect(names[12]).toBe("solid certificate none | CA 99");
  });

  test("what stands beside the path is told, three at most", () => {
    const others = Array.from({ length: 9 }, (_, index) => ({
      name: `CA ${index}`,
      file: "ca.pem",
      line: index + 1,
      why: "duplicate" as const,
    }));
    const picture = chainPicture(chain([root], { others }), AT);
    expect(picture.beside.map(({ name, place, note }) => `${name} ${place} ${note}`)).toEqual([
      "CA 0 ca.pem:1 once more",
      "CA 1 ca.pem:2 once more",
      "CA 2 ca.pem:3 once more",
    ]);
    expect(picture.besideRest).toBe(6);
  });

  test("of a certificate there are its place, role and dates", () =>
    expect(chainPicture(chain([leaf]), AT).rows[0]).toMatchObject({
      place: "sensor.crt:1",
      role: "leaf",
      dates: "2026-01-01 to 2048-01-01",
    }));
});
