/** JUnit reports held to their schema, by libxml2. */
import { readFileSync } from "node:fs";
import { validateXML } from "xmllint-wasm";

/** What is wrong with some JUnit reports, by the schema; all at once, for starting the validator takes longest. */
export async function junitFaults(reports: readonly string[]): Promise<string[]> {
  const xml = reports.map((contents, index) => ({ fileName: `report-${index}.xml`, contents }));
  const { errors } = await validateXML({ xml, schema: [readFileSync("test/schemas/junit.xsd", "utf8")] });
  return errors.map(({ message }) => message);
}
