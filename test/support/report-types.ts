/** The types of the report, derived from its schema; `npm run generate` writes them to src/reporters/report-json.ts. */
import { compile } from "json-schema-to-typescript";
import { type Schema, strictReportSchema } from "./report-schema.ts";

const BANNER = `/** The report as JSON has it: the types of docs/report.schema.json. Written by \`npm run generate\`. */`;

/** Takes out what has a title: each becomes a type of its own, once. */
function withDefinitions(schema: Schema): Schema {
  const definitions: Record<string, unknown> = {};
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== "object" || value === null) return value;
    const copy = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, visit(part)]));
    if (typeof copy["title"] !== "string") return copy;
    definitions[copy["title"]] = copy;
    return { $ref: `#/definitions/${copy["title"]}` };
  };
  const { title: _title, ...root } = schema;
  return { ...(visit(root) as Schema), definitions };
}

/** The report is the caller's, but nobody is meant to change it. */
const readonly = (text: string): string =>
  text
    .replace(/^( +)(?!\*|\/)("?\w+"?\??: )/gm, "$1readonly $2")
    .replace(/: (\w+(?:\[\]|)|\((?:[^()]|\n)*?\))\[\]/g, ": readonly $1[]")
    .replace(/^( +)\[k: string\]/gm, "$1readonly [k: string]");

/** The text of the module. */
export async function reportTypes(): Promise<string> {
  const schema = JSON.parse(JSON.stringify(withDefinitions(strictReportSchema))) as Parameters<typeof compile>[0];
  const text = await compile(schema, "Report", {
    bannerComment: BANNER,
    additionalProperties: false,
    style: { printWidth: 120 },
  });
  return readonly(text);
}
