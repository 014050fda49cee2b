/** The Dockerfile: what a linter says of it, and that it takes what is there. */
import { validate } from "dockerfile-utils";
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const text = readFileSync("packaging/Dockerfile", "utf8");
const lines = text.replaceAll("\\\n", "").split("\n");
const wordsOf = (instruction: string): string[][] =>
  lines.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.split(/\s+/).slice(1));

/** What comes into the build: all that is not ignored. */
const context = readFileSync("packaging/Dockerfile.dockerignore", "utf8")
  .split("\n")
  .filter((line) => line.startsWith("!"))
  .map((line) => line.slice(1));

const faultsOf = (content: string): string[] => validate(content).map(({ message }) => JSON.stringify(message));

test("has no faults", () => expect(faultsOf(text)).toEqual([]));

test("the linter finds some", () => {
  expect(faultsOf(text.replace("WORKDIR /files", "WORKDIRECTORY /files"))).not.toEqual([]);
  expect(faultsOf(text.replace("--from=build /certcheck/package", "--from=build"))).not.toEqual([]);
  expect(faultsOf(text.replace("nodejs24-debian12:nonroot", "nodejs24-debian12:"))).not.toEqual([]);
});

test("every image has a tag, and what comes from a stage comes from one that is there", () => {
  const images = wordsOf("FROM");
  for (const [image] of images) expect(image).toMatch(/:(?!latest)[\w.-]+$/);
  const stages = images.flatMap(([, , name]) => name ?? []);
  const used = [...text.matchAll(/--from=(\w+)/g)].map(([, name]) => name);
  expect(stages).toEqual(expect.arrayContaining(used));
});

test("what is copied out of the repository is there, and comes into the build", () => {
  const copied = wordsOf("COPY")
    .filter(([first]) => !first?.startsWith("--from"))
    .flatMap((words) => words.slice(0, -1));
  expect(copied).toContain("package-lock.json");
  for (const file of copied.filter((file) => file !== ".")) expect(context).toContain(file);
  for (const file of context) expect(existsSync(file), file).toBe(true);
});

test("the last image runs as nobody in particular", () => {
  const last = text.slice(text.lastIndexOf("\nFROM "));
  expect(last).toMatch(/^USER nonroot$/m);
  expect(last).not.toMatch(/^RUN/m);
});
