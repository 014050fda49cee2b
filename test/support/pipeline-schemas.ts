/** What GitLab, Azure and pre-commit take, written after their documents, and narrowed to what the pipelines here use. */
import { Ajv, type SchemaObject } from "ajv";

const text = { type: "string", minLength: 1 } as const;
const texts = { type: "array", items: text, minItems: 1 } as const;

/** An object with these keys and no others. */
const object = (properties: Readonly<Record<string, unknown>>, ...required: readonly string[]): SchemaObject => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

const environment: SchemaObject = {
  type: "object",
  propertyNames: { pattern: "^[A-Z][A-Z0-9_]*$" },
  additionalProperties: text,
};

/** An input of a task of Azure; a misspelt one is passed over in silence there. */
const task = (name: string, inputs: SchemaObject): SchemaObject =>
  object(
    { task: { const: name }, name: text, displayName: text, condition: { const: "succeededOrFailed()" }, inputs },
    "task",
    "inputs",
  );

const schemas = {
  gitlab: {
    type: "object",
    additionalProperties: object(
      {
        image: text,
        variables: environment,
        before_script: texts,
        script: texts,
        artifacts: object(
          {
            when: { enum: ["on_success", "on_failure", "always"] },
            expire_in: text,
            expose_as: { type: "string", pattern: "^[A-Za-z0-9_ -]{1,100}$" },
            // What is exposed must be named, not matched.
            paths: { type: "array", items: { type: "string", pattern: "^[^*]+$" }, minItems: 1, maxItems: 10 },
            reports: object({ junit: text, codequality: text }),
          },
          "when",
        ),
      },
      "script",
    ),
  },
  azure: object(
    {
      trigger: object({ branches: object({ include: texts }), paths: object({ include: texts }) }),
      schedules: {
        type: "array",
        items: object(
          {
            // Minute and hour; every day, month and weekday.
            cron: { type: "string", pattern: "^\\d{1,2} \\d{1,2} \\* \\* \\*$" },
            displayName: text,
            branches: object({ include: texts }),
            // Without it, nothing runs on a day without a commit.
            always: { const: true },
          },
          "cron",
          "branches",
          "always",
        ),
      },
      pool: object({ vmImage: text }, "vmImage"),
      variables: { type: "array", items: object({ group: text }, "group") },
      steps: {
        type: "array",
        items: {
          oneOf: [
            object({ bash: text, displayName: text, env: environment }, "bash"),
            task("DownloadSecureFile@1", object({ secureFile: text }, "secureFile")),
            task(
              "PublishTestResults@2",
              object(
                {
                  testResultsFormat: { const: "JUnit" },
                  testResultsFiles: text,
                  searchFolder: text,
                  testRunTitle: text,
                },
                "testResultsFormat",
                "testResultsFiles",
              ),
            ),
            task(
              "PublishBuildArtifacts@1",
              object({ pathToPublish: text, artifactName: text }, "pathToPublish", "artifactName"),
            ),
          ],
        },
      },
    },
    "steps",
  ),
  "pre-commit hooks": {
    type: "array",
    items: object(
      {
        id: text,
        name: text,
        description: text,
        entry: text,
        args: texts,
        language: { enum: ["node", "script", "system"] },
        files: { type: "string", format: "regex" },
      },
      "id",
      "name",
      "entry",
      "language",
    ),
  },
  "kubernetes job": object(
    {
      apiVersion: { const: "batch/v1" },
      kind: { const: "Job" },
      metadata: object(
        { name: { type: "string", pattern: "^[a-z][a-z-]{0,40}$" }, labels: { type: "object" } },
        "name",
      ),
      spec: object(
        {
          completionMode: { const: "Indexed" },
          completions: { type: "integer", minimum: 1 },
          parallelism: { type: "integer", minimum: 1 },
          backoffLimit: { type: "integer", minimum: 0 },
          template: object(
            {
              spec: object(
                {
                  restartPolicy: { const: "Never" },
                  containers: {
                    type: "array",
                    maxItems: 1,
                    items: object(
                      {
                        name: text,
                        image: text,
                        command: texts,
                        args: texts,
                        env: { type: "array", items: object({ name: text, value: text }, "name", "value") },
                        resources: object({ requests: { type: "object" }, limits: { type: "object" } }),
                        securityContext: object({
                          allowPrivilegeEscalation: { const: false },
                          readOnlyRootFilesystem: { const: true },
                        }),
                        volumeMounts: {
                          type: "array",
                          items: object(
                            { name: text, mountPath: text, readOnly: { const: true } },
                            "name",
                            "mountPath",
                          ),
                        },
                      },
                      "name",
                      "image",
                    ),
                  },
                  volumes: {
                    type: "array",
                    items: object(
                      {
                        name: text,
                        persistentVolumeClaim: object({ claimName: text, readOnly: { const: true } }, "claimName"),
                      },
                      "name",
                    ),
                  },
                },
                "restartPolicy",
                "containers",
              ),
            },
            "spec",
          ),
        },
        "template",
      ),
    },
    "apiVersion",
    "kind",
    "metadata",
    "spec",
  ),
  "pre-commit": object(
    {
      repos: {
        type: "array",
        items: object(
          {
            repo: { type: "string", pattern: "^https://" },
            rev: text,
            hooks: { type: "array", items: object({ id: text, args: texts }, "id"), minItems: 1 },
          },
          "repo",
          "rev",
          "hooks",
        ),
      },
    },
    "repos",
  ),
} as const satisfies Readonly<Record<string, SchemaObject>>;

const ajv = new Ajv({ allErrors: true, formats: { regex: true } });

/** What is wrong with a pipeline; empty if nothing is. */
export function pipelineFaults(kind: keyof typeof schemas, value: unknown): string[] {
  const validate = ajv.compile(schemas[kind]);
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message = "" }) => `${instancePath} ${message}`);
}
