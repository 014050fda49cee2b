/** Rows come out as they went in. */
import { array, assert, constantFrom, option, property, record, string } from "fast-check";
import { expect, test } from "vitest";
import { type Failure, rank, type Row } from "../../src/fleet/row.ts";
import { pack, rowStore } from "../../src/fleet/rows.ts";

const text = string({ unit: "binary" });
const isThere = (value: unknown): boolean => value !== undefined;

const failure = record({
  rule: constantFrom("key/size", "chain/trusted"),
  severity: constantFrom("error" as const, "warning" as const, "info" as const),
  message: text,
  counts: constantFrom(true, false),
});

const row = record({
  name: constantFrom("a", "b/c", ""),
  file: constantFrom("a.crt", "b/c.CER", "elsewhere.crt", "a"),
  certificate: option(
    record({
      fingerprint: text,
      keyFingerprint: text,
      issuer: constantFrom("CN=A", "CN=B", "null", ""),
      serialNumber: text,
      notAfter: text,
      names: array(constantFrom("x.y", "z.y", ""), { maxLength: 2 }),
    }),
  ),
  commonName: option(constantFrom("x.y", "")),
  verdict: constantFrom("ready" as const, "refused" as const, "unsupported" as const),
  failures: array(failure, { maxLength: 2 }),
  owner: option(text),
  files: option(record({ key: array(text, { maxLength: 1 }) })),
}).map(({ certificate, commonName, owner, files, ...rest }): Row => ({
  ...rest,
  ...certificate,
  messages: rest.verdict === "refused" ? ["failed"] : [],
  failures: rest.failures as Failure[],
  ...(commonName !== null && { commonName }),
  ...(owner !== null && { owner }),
  ...(files !== null && { files }),
}));

test("whatever is in them, in any number", () => {
  assert(
    property(array(row), (rows) => {
      const store = rowStore();
      // As another thread would send them.
      store.add(structuredClone(rows.map(pack)));
      expect(store.length).toBe(rows.length);
      for (const [index, one] of rows.entries()) {
        expect(store.at(index)).toEqual(one);
        expect(Object.values(store.at(index)).every(isThere)).toBe(true);
        expect(store.rankAt(index)).toBe(rank(one));
        if (one.owner !== undefined) expect(store.textAt(index)).toContain(JSON.stringify(one.owner));
      }
    }),
  );
});
