/** A Node that was started without the permission to connect: nothing is known of the other end then. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runProgram } from "../support/processes.ts";

const folder = mkdtempSync(join(tmpdir(), "certcheck-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Does what Node 26 does with --permission. */
const denied = join(folder, "denied.cjs");
writeFileSync(
  denied,
  `const { Socket } = require("node:net");
require("node:net").connect = () => {
  const error = Object.assign(new Error("connect ERR_ACCESS_DENIED"), { code: "ERR_ACCESS_DENIED" });
  return new Socket().destroy(error);
};`,
);

const ready = (name: string): string => `fixtures/ready/${name}`;

test.each([
  [["connect", "127.0.0.1:1"]],
  [[ready("sensor.crt"), ready("sensor.key"), "--chain", ready("ca.pem"), "--online", "--no-cache"]],
])("%j", (words) => {
  const env = { PATH: process.env["PATH"], http_proxy: "http://127.0.0.1:1", CI: "true" };
  const program = ["-r", denied, "bin/certcheck.js", ...words, "--no-config"];
  expect(runProgram(process.execPath, program, { cwd: process.cwd(), env })).toEqual({
    status: 2,
    stdout: "",
    stderr:
      "certcheck: Node was started without the permission to connect\ncertcheck: hint: start it with --allow-net\n",
  });
});
