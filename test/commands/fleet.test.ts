/** The verb `fleet` on files in memory: CRLs, configurations, passphrases, and what is the same for all appliances. */
import { beforeAll, describe, expect, test } from "vitest";
import { main } from "../../src/cli.ts";
import type { System } from "../../src/system/system.ts";
import { applianceFiles, memorySystem, pagesOf } from "../support/bundle.ts";
import { keyPem, mintAppliance, pem } from "../support/mint.ts";
import { mintCrl } from "../support/mint-crl.ts";

const CRL = "http://crl.contoso.com/issuing.crl";

/** Files as they lie in folders: an appliance in each. */
let files: Record<string, string | Uint8Array> = {};

beforeAll(async () => {
  const usual = await applianceFiles();
  const serials = ["5a17", "5a18", "5a19"];
  const leaves = await Promise.all(
    serials.map((serialNumber, index) =>
      mintAppliance({
        leaf: { serialNumber, subject: [["CN", `s${index + 1}.contoso.com`]], names: [`s${index + 1}.contoso.com`] },
      }),
    ),
  );
  files = { "ca.pem": usual["ca.pem"] ?? "" };
  for (const [index, { leaf }] of leaves.entries()) files[`s${index + 1}.crt`] = pem("CERTIFICATE", leaf);
});

interface JsonReport {
  readonly verdict: string;
  readonly exitCode: number;
  readonly waivers?: readonly { readonly state: string }[];
  readonly bundles: readonly {
    readonly name: string;
    readonly verdict: string;
    readonly messages: readonly string[];
    readonly results: readonly {
      readonly rule: string;
      readonly outcome: string;
      readonly severity: string;
      readonly waived?: object;
    }[];
  }[];
  readonly fleet: {
    readonly results: readonly { readonly rule: string; readonly outcome: string; readonly severity: string }[];
  };
}

async function fleet(
  argv: readonly string[],
  more: Record<string, string | Uint8Array> = {},
  world: Partial<System> = {},
): Promise<{ exitCode: number; err: string; report: JsonReport }> {
  const all = { ...files, ...more };
  const system = memorySystem(all, {
    readFolder: () =>
      Object.keys(all)
        .toSorted()
        .map((name) => ({ name, kind: "file" as const })),
    ...world,
  });
  const exitCode = await main(["fleet", ".", "--format", "json", ...argv], system);
  return { exitCode, err: system.err, report: (system.out === "" ? {} : JSON.parse(system.out)) as JsonReport };
}

const failures = ({ bundles }: JsonReport): string[] =>
  bundles.flatMap(({ name, results }) => results.map(({ rule }) => `${name} ${rule}`));

describe("CRLs", () => {
  const revoked = mintCrl({ entries: [{ serialNumber: "5a18" }] });

  test("a URL is asked once for all, and each appliance is looked for", async () => {
    const asked: string[] = [];
    const get = pagesOf({ [CRL]: revoked });
    const { exitCode, report } = await fleet(
      ["--online"],
      {},
      {
        get(request) {
          asked.push(request.url.href);
          return get(request);
        },
      },
    );
    expect(asked).toEqual([CRL]);
    expect(exitCode).toBe(1);
    expect(report.bundles.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
      "s1 unsupported",
      "s2 refused",
      "s3 unsupported",
    ]);
    expect(failures(report).filter((one) => one.includes("revoked"))).toEqual(["s2 revocation/not-revoked"]);
  });

  test("a file is read once, and is of no appliance's", async () => {
    let reads = 0;
    const { report } = await fleet(
      ["--crl", "issuing.crl"],
      { "issuing.crl": revoked },
      {
        *readPieces() {
          reads++;
          yield revoked;
        },
      },
    );
    expect(reads).toBe(1);
    expect(failures(report).filter((one) => one.includes("revoked"))).toEqual(["s2 revocation/not-revoked"]);
  });

  test("more revoked ones than a CRL for one appliance may have", async () => {
    const many = mintCrl({ entries: Array.from({ length: 300 }, () => ({ serialNumber: "5a18" })) });
    const { report } = await fleet(["--crl", "issuing.crl"], { "issuing.crl": many });
    expect(failures(report).filter((one) => one.includes("revo"))).toContain("s2 revocation/not-revoked");
  });
});

describe("a configuration", () => {
  const config = (text: string): Record<string, string> => ({ "certcheck.config.yaml": text });

  test("has profiles for some", async () => {
    const { report } = await fleet([], config("profiles:\n  - files: [s2.crt]\n    ignore: ['subject/*']\n"));
    expect(failures(report).filter((one) => one.includes("subject/country"))).toEqual([
      "s1 subject/country",
      "s3 subject/country",
    ]);
  });

  test("has waivers, whose use is told for all together", async () => {
    const text = [
      "waivers:",
      ...["s1.crt", "s3.crt", "s9.crt"].flatMap((subject) => [
        `  - { rule: 'subject/*', subject: ${subject}, reason: migration, owner: ot@contoso.com, until: 2027-01-31 }`,
      ]),
    ].join("\n");
    const { report } = await fleet([], config(text));
    expect(report.waivers?.map(({ state }) => state)).toEqual(["used", "used", "elsewhere"]);
    const waived = report.bundles.map(({ results }) => results.filter((one) => one.waived !== undefined).length > 0);
    expect(waived).toEqual([true, false, true]);
  });

  test("weighs rules across appliances, or leaves them out", async () => {
    const twins = { "s1.crt": files["s2.crt"] ?? "" };
    const stateOf = ({ fleet: { results } }: JsonReport): string =>
      results
        .filter(({ rule }) => rule === "fleet/unique-certificate")
        .map(({ outcome, severity }) => `${outcome} ${severity}`)
        .join();
    expect(stateOf((await fleet([], twins)).report)).toBe("fails error");
    expect(stateOf((await fleet(["--severity", "fleet/*=info"], twins)).report)).toBe("fails info");
    expect(stateOf((await fleet(["--ignore", "fleet/unique-certificate"], twins)).report)).toBe("skipped error");
  });
});

test("a passphrase for all keys is read once, from standard input as well", async () => {
  const locked = { "s1.key": keyPem("leaf-encrypted"), "s2.key": keyPem("leaf-encrypted") };
  let reads = 0;
  const { report } = await fleet(["--passin", "stdin"], locked, {
    readDescriptor() {
      reads++;
      return Buffer.from("Sensor-2026!\n");
    },
  });
  expect(reads).toBe(1);
  expect(failures(report).filter((one) => one.includes("passphrase/"))).toEqual([]);
  const without = await fleet([], locked);
  expect(failures(without.report).filter((one) => one.includes("passphrase/"))).toEqual([
    "s1 passphrase/opens-key",
    "s2 passphrase/opens-key",
  ]);
});

test("an error of certcheck itself is told of one appliance, and the others are checked", async () => {
  const { exitCode, report } = await fleet(
    [],
    {},
    {
      modeOf: () => 0o600,
      readFile(path, limit) {
        if (path === "s2.crt") throw new TypeError("a fault in the reader");
        return Buffer.from(files[path] ?? "").subarray(0, limit);
      },
    },
  );
  expect(exitCode).toBe(3);
  expect(report).toMatchObject({
    exitCode: 3,
    unread: [{ name: "s2", why: "an error of certcheck itself, please report it: a fault in the reader" }],
  });
  expect(report.bundles).toHaveLength(2);
});
