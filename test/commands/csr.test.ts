/** The verb `csr`: where requests, keys and passphrases come from, and what a configuration says of them. */
import { describe, expect, test } from "vitest";
import { main } from "../../src/cli.ts";
import { applianceFiles, memorySystem } from "../support/bundle.ts";
import { faults } from "../support/html-faults.ts";
import { keyPem, mintRequest, pem } from "../support/mint.ts";

const der = await mintRequest({ names: ["sensor.contoso.com"] });
const request = pem("CERTIFICATE REQUEST", der);
const files = {
  ...(await applianceFiles()),
  "sensor.csr": request,
  "locked.key": keyPem("leaf-encrypted"),
};
const READY = "READY: no documented requirement failed";

type Run = Pick<ReturnType<typeof memorySystem>, "out" | "err" | "written"> & { readonly exitCode: number };

async function csr(argv: readonly string[], more: Parameters<typeof memorySystem>[1] = {}, added = {}): Promise<Run> {
  const system = memorySystem({ ...files, ...added }, more);
  const exitCode = await main(["csr", ...argv], system);
  const { out, err, written } = system;
  return { exitCode, out, err, written };
}

describe("csr", () => {
  test.each<readonly [string, readonly string[], Parameters<typeof memorySystem>[1]]>([
    ["standard input", ["-", "sensor.key"], { stdin: request }],
    ["standard input, DER", ["-", "sensor.key"], { stdin: der }],
    ["a variable", ["env:CSR", "sensor.key"], { env: { CSR: request } }],
    ["a variable in base64", ["env:CSR", "sensor.key"], { env: { CSR: der.toString("base64") } }],
    ["an option for the key", ["sensor.csr", "--key", "sensor.key"], {}],
    ["a passphrase", ["sensor.csr", "locked.key", "--passin", "env:PASS"], { env: { PASS: "Sensor-2026!" } }],
    ["a terminal", ["sensor.csr", "locked.key"], { askPassphrase: () => Promise.resolve("Sensor-2026!") }],
  ])("takes %s", async (_, argv, more) => {
    expect(await csr([...argv, "--host", "sensor.contoso.com"], more)).toMatchObject({
      exitCode: 0,
      err: "",
      out: expect.stringContaining(READY) as string,
    });
  });

  test.each<readonly [string, readonly string[], string]>([
    ["two keys", ["sensor.csr", "sensor.key", "--key", "locked.key"], "two files for the key, one of them with --key"],
    ["a report over the request", ["sensor.csr", "--format", "json=sensor.csr"], "sensor.csr is a file to check"],
    [
      "a report over what is renewed",
      ["sensor.csr", "--cert", "sensor.crt", "--format", "json=sensor.crt"],
      "sensor.crt is a file to check",
    ],
    ["standard input twice", ["-", "-"], "standard input can be read once only"],
    [
      "a certificate to renew that is none",
      ["sensor.csr", "--cert", "sensor.csr"],
      "--cert sensor.csr: holds no certificate",
    ],
    ["three files", ["sensor.csr", "sensor.key", "ca.pem"], "too many arguments"],
    ["an option of check alone", ["sensor.csr", "--online"], "unknown option '--online'"],
  ])("refuses %s", async (_, argv, expected) => {
    const { exitCode, out, err } = await csr(argv);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
    expect(err).toContain(expected);
  });

  test.each(["human", "markdown", "html"])("says in %s how a request that is ready is issued", async (format) => {
    const { out } = await csr(["sensor.csr", "sensor.key", "--format", format]);
    for (const text of ["serverAuth as extended key usage", "certcheck sensor.crt sensor.key "])
      expect(out).toContain(text);
    expect(format === "html" ? await faults(out) : []).toEqual([]);
  });

  test("says that a wrong passphrase opens nothing, and not which", async () => {
    const { exitCode, out, err } = await csr(["sensor.csr", "locked.key", "--passin", "env:PASS"], {
      env: { PASS: "Wrong-1" },
    });
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: "" });
    expect(out).toContain("the passphrase does not open the key");
    expect(out).not.toContain("Wrong-1");
  });

  test.each(["sensor.csr", "sensor.contoso.com"])(
    "goes by the configuration, its waivers for %s too",
    async (subject) => {
      const configuration = JSON.stringify({
        profiles: [{ files: ["*.csr"], requirements: { names: ["*.example.org"] } }],
        waivers: [{ rule: "policy/names", subject, reason: "moved in May", owner: "PKI", until: "2027-05-01" }],
      });
      const { exitCode, out } = await csr(["sensor.csr"], {}, { "certcheck.config.json": configuration });
      expect(exitCode).toBe(0);
      expect(out).toContain('"sensor.contoso.com": not of the form *.example.org');
      expect(out).toContain("moved in May");
    },
  );

  test("lists no more names than people read", async () => {
    const names = Array.from({ length: 200 }, (_, index) => `s${index}.contoso.com`);
    const many = pem("CERTIFICATE REQUEST", await mintRequest({ names }));
    const { out } = await csr(["many.csr"], {}, { "many.csr": many });
    const [table = ""] = out.split("\n\n");
    expect(table.replace(/\s+/g, " ")).toMatch(/asks for s0\.contoso\.com, .*, s19\.contoso\.com, and 180 more$/);
  });
});
