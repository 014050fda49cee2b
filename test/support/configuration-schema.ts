/** The JSON Schema of the configuration, derived from the one that checks it; `npm run generate` writes it to docs/config.schema.json. */
import { toJsonSchema } from "@valibot/to-json-schema";
import { severities } from "../../src/rule.ts";
import { configurationSchema, rulePattern } from "../../src/configuration/configuration.ts";

/** What a JSON Schema cannot say (a day that exists, a pattern that matches a rule) certcheck alone says. */
const { $schema, ...schema } = toJsonSchema(configurationSchema, {
  target: "draft-07",
  typeMode: "input",
  ignoreActions: ["check", "trim", "transform"],
  definitions: { rule: rulePattern },
  // Draft 7 can say of keys what the converter cannot.
  overrideSchema: ({ valibotSchema }) =>
    valibotSchema.type === "record"
      ? {
          type: "object",
          propertyNames: { $ref: "#/$defs/rule" },
          additionalProperties: { enum: [...severities] },
        }
      : undefined,
});

/** The schema. */
export const configurationJsonSchema = { $schema, title: "Configuration of certcheck", ...schema };
