/** The reports for CI systems, read back by parsers and held to the schemas in test/schemas. */
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { readFileSync } from "node:fs";
import type { Log } from "sarif";
import { SaxesParser } from "saxes";

/** An element of XML. */
interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** Reads XML strictly. @throws Error */
function readXml(xml: string): Element {
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element: Element = { name, attributes, children: [], text: "" };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on("text", (text) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
  });
  parser.on("closetag", () => void open.pop());
  parser.write(xml).close();
  return root.children[0] ?? root;
}

const childrenOf = ({ children }: Element, wanted: string): Element[] => children.filter(({ name }) => name === wanted);

/** A test of a JUnit report. */
export interface Case {
  readonly name: string;
  readonly classname: string;
  /** The element that says what came of it, with its message and its text; absent if all is well. */
  readonly outcome?: {
    readonly element: string;
    readonly message?: string;
    readonly type?: string;
    readonly text?: string;
  };
}

/** A suite of a JUnit report. */
export interface Suite {
  readonly name: string;
  readonly counts: Readonly<Record<"tests" | "failures" | "errors" | "skipped", number>>;
  readonly output?: string;
  readonly cases: readonly Case[];
}

/** Reads a JUnit report. @throws Error if it is no XML */
export const readJunit = (xml: string): Suite[] =>
  childrenOf(readXml(xml), "testsuite").map((suite) => {
    const { name = "", tests, failures, errors, skipped } = suite.attributes;
    const [output] = childrenOf(suite, "system-out");
    return {
      name,
      counts: { tests: Number(tests), failures: Number(failures), errors: Number(errors), skipped: Number(skipped) },
      ...(output && { output: output.text }),
      cases: childrenOf(suite, "testcase").map((one) => ({
        name: one.attributes["name"] ?? "",
        classname: one.attributes["classname"] ?? "",
        ...outcomeOf(one),
      })),
    };
  });

function outcomeOf({ children: [found] }: Element): Pick<Case, "outcome"> {
  if (found === undefined) return {};
  return { outcome: { element: found.name, ...found.attributes, ...(found.text !== "" && { text: found.text }) } };
}

/** A violation in GitLab's report. */
export interface Violation {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

const schema = (name: string): object => JSON.parse(readFileSync(`test/schemas/${name}`, "utf8")) as object;

const ajv = new Ajv({ allErrors: true });
const isCodeQuality = ajv.compile<Violation[]>(schema("gitlab-code-quality.schema.json"));

const ajv2020 = new Ajv2020({ allErrors: true, strict: false });
addFormats.default(ajv2020);
const isSarif = ajv2020.compile<Log>(schema("sarif-2.1.0.json"));

/** Reads GitLab's report. @throws Error if the schema refuses it */
export const readGitlab = (text: string): Violation[] => held(text, isCodeQuality);

/** Reads a SARIF report. @throws Error if the schema refuses it */
export const readSarif = (text: string): Log => held(text, isSarif);

function held<T>(text: string, validate: ValidateFunction<T>): T {
  const value: unknown = JSON.parse(text);
  if (validate(value)) return value;
  throw new Error(
    (validate.errors ?? []).map(({ instancePath, message }: ErrorObject) => `${instancePath} ${message}`).join("\n"),
  );
}
