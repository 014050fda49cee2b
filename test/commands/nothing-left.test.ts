/** A run that asks nothing would look like success: it is a usage error for every verb that judges. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { main } from "../../src/cli.ts";
import { memorySystem } from "../support/bundle.ts";

const files = {
  "sensor.crt": readFileSync("fixtures/ready/sensor.crt"),
  "sensor.csr": readFileSync("fixtures/request-ready/sensor.csr"),
  "certcheck.config.yaml": "requirements: { minimumKeySize: 2048 }\n",
};

async function run(argv: string) {
  const system = memorySystem(files);
  const exitCode = await main(argv.split(" "), system);
  return { exitCode, err: system.err };
}

test.each([
  ["rules on requests, of a certificate", "sensor.crt --only request/*"],
  ["rules across a fleet, of one appliance", "sensor.crt --only fleet/*"],
  ["rules on live servers, of a file", "sensor.crt --only endpoint/*"],
  ["a rule of another edition", "sensor.crt --only subject/no-wildcard --edition 2022"],
  ["a rule for validation off", "sensor.crt --only crl-point/absent"],
  ["what no configuration requires", "sensor.crt --only policy/* --no-config"],
  ["rules on chains, of a request", "csr sensor.csr --only chain/*"],
  ["rules on requests, of a fleet", "fleet sensor.crt --only request/*"],
  ["rules on requests, of a live server", "connect localhost:1 --only request/*"],
])("%s", async (_what, argv) => {
  expect(await run(argv)).toEqual({
    exitCode: 2,
    err:
      "certcheck: nothing to check: no rule is left\n" +
      "certcheck: hint: what was chosen is asked by another command, in another edition, or with another configuration\n",
  });
});

test.each([
  ["a rule of this edition", "sensor.crt --only subject/no-wildcard"],
  ["a rule for validation off", "sensor.crt --only crl-point/absent,subject/country --no-validation"],
  ["what the configuration requires", "sensor.crt --only policy/*"],
  ["rules on requests", "csr sensor.csr --only request/*"],
  ["rules across a fleet", "fleet sensor.crt --only fleet/*"],
])("not %s", async (_what, argv) => {
  expect((await run(argv)).err).toBe("");
});
