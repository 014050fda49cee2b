/** How a bundle that is ready gets onto the appliance. */
import type { Bundle } from "./bundle.ts";
import { dialogFields, importCommand, importOptions, type Upload } from "./defender.ts";
import { fingerprint } from "./pki/certificate.ts";
import { displayName, values } from "./pki/name.ts";
import { quote, trustCommands } from "./remedy.ts";
import type { Context } from "./rule.ts";

/** How to upload a bundle that is ready. */
export interface UploadSteps {
  /** Fields of the dialog with their values. */
  readonly dialog: readonly (readonly [field: string, value: string])[];
  /** The appliance's own command, for a shell on it. */
  readonly command: string;
  /** The root that the people who open the console need to trust. */
  readonly root?: {
    readonly name: string;
    /** SHA-256, hexadecimal digits. */
    readonly fingerprint: string;
    readonly file: string;
    /** What makes a system trust it, by the system's name. */
    readonly commands: readonly (readonly [system: string, command: string])[];
  };
  /** A line for a hosts file. */
  readonly hosts?: string;
}

/** The steps; nothing without a certificate and its key. */
export function uploadSteps(
  { leaf, key, chain }: Bundle,
  { files, validation, hosts }: Context,
): UploadSteps | undefined {
  if (leaf === undefined || key === undefined || files.key === undefined) return undefined;
  const encrypted = key.encryption !== undefined;
  const upload: Upload = {
    certificate: files.certificate,
    key: files.key,
    ...(files.chain !== undefined && { chain: files.chain }),
    encrypted,
    validation,
  };
  const root = chain?.path?.anchored ? chain.path.certificates.at(-1) : undefined;
  const origin = chain?.certificates.find(({ certificate }) => certificate === root)?.origin;
  const address = hosts.find(({ kind }) => kind === "address")?.value;
  const [name] = values(leaf.certificate.subject, "CN");
  return {
    dialog: dialogFields(upload),
    command: [importCommand, ...importOptions(upload).map(([option, value]) => `${option} ${quote(value)}`)].join(" "),
    ...(root &&
      origin && {
        root: {
          name: displayName(root.subject),
          fingerprint: fingerprint(root),
          file: origin.file,
          commands: trustCommands(origin),
        },
      }),
    ...(address !== undefined && name !== undefined && { hosts: `${address} ${name}` }),
  };
}
