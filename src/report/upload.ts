/** How a bundle that is ready gets onto the appliance. */
import { type Bundle, isUnnamed } from "../bundle/bundle.ts";
import { dialogFields, importCommand, importOptions, type Upload } from "../defender.ts";
import { fingerprint } from "../pki/certificate.ts";
import { displayName, values } from "../pki/name.ts";
import { free, quote, trustCommands } from "../remedy.ts";
import type { Context } from "../rule.ts";

/** How to upload a bundle that is ready. */
export interface UploadSteps {
  /** What to do before, if the files given are not those to upload. */
  readonly prepare?: string;
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

/** The steps; nothing without a certificate and its key, or if they are not in files. */
export function uploadSteps({ slots, leaf, key, chain }: Bundle, context: Context): UploadSteps | undefined {
  const { files, validation, hosts } = context;
  if (leaf === undefined || key === undefined || files.key === undefined) return undefined;
  if (files.all.some(isUnnamed)) return undefined;
  const chainFiles = slots.filter(({ slot }) => slot === "chain").map(({ contents }) => contents.file);
  const isSplit = chainFiles.length > 1;
  const chainFile = isSplit ? free("chain", ".pem", files.all) : files.chain;
  const encrypted = key.encryption !== undefined;
  const upload: Upload = {
    certificate: files.certificate,
    key: files.key,
    ...(chainFile !== undefined && { chain: chainFile }),
    encrypted,
    validation,
  };
  const root = chain?.path?.anchored ? chain.path.certificates.at(-1) : undefined;
  const origin = chain?.certificates.find(({ certificate }) => certificate === root)?.origin;
  const address = hosts.find(({ kind }) => kind === "address")?.value;
  const [name] = values(leaf.certificate.subject, "CN");
  return {
    ...(isSplit &&
      chainFile !== undefined && { prepare: `cat ${[...chainFiles].map(quote).join(" ")} > ${quote(chainFile)}` }),
    dialog: dialogFields(upload),
    command: [importCommand, ...importOptions(upload).map(([option, value]) => `${option} ${quote(value)}`)].join(" "),
    ...(root &&
      origin && {
        root: {
          name: displayName(root.subject),
          fingerprint: fingerprint(root),
          file: origin.file,
          commands: trustCommands(origin, context),
        },
      }),
    ...(address !== undefined && name !== undefined && { hosts: `${address} ${name}` }),
  };
}
