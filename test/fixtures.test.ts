/** The scenarios: their files come out of the generator to the last byte, their transcripts out of certcheck. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { scenarios } from "../fixtures/scenarios.ts";
import { commandsOf, runTranscript } from "./support/transcript.ts";

const folders = readdirSync("fixtures", { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() && entry.name !== "keys" ? [entry.name] : [],
);

test("every folder is a scenario, and every scenario has its folder", () => {
  expect(folders.toSorted()).toEqual(Object.keys(scenarios).toSorted());
});

describe.each(Object.entries(scenarios))("%s", (name, { commands, files }) => {
  const folder = join("fixtures", name);

  test("its files are those that the generator makes", async () => {
    for (const [file, content] of Object.entries((await files?.()) ?? {})) {
      const path = join(folder, file);
      expect(existsSync(path) && readFileSync(path).equals(Buffer.from(content)), `${path}: npm run generate`).toBe(
        true,
      );
    }
  });

  test("its transcript is what certcheck prints", async () => {
    const transcript = join(folder, "transcript.txt");
    expect(commandsOf(readFileSync(transcript, "utf8"))).toEqual(commands);
    const reports = new Map<string, string>();
    await expect(await runTranscript(commands, folder, {}, reports)).toMatchFileSnapshot(resolve(transcript));
    // What a command writes lies beside it, for people to look at.
    for (const [file, text] of reports) await expect(text).toMatchFileSnapshot(resolve(folder, file));
  });
});
