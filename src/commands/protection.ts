/** What becomes of passphrases when keys and containers are written: kept, changed, taken away, or asked for. */
import type { Assortment } from "../conversion/assortment.ts";
import type { Target } from "../conversion/conversion.ts";
import { UsageError } from "../errors.ts";
import type { Material } from "../gather/material.ts";
import { newPassphrase } from "../gather/new-passphrase.ts";
import { HIDDEN_SOURCES } from "../gather/passphrase.ts";
import { isPipeline, type System } from "../system/system.ts";
import type { Protection } from "../conversion/written-key.ts";

/** What the command line says of it. */
export interface ProtectionOptions {
  readonly to: Target;
  readonly passout?: string;
  /** False with --no-passphrase. */
  readonly passphrase: boolean;
}

/** Settles it; `name` is what the files are called. @throws UsageError */
export async function protectionOf(
  { to, passout, passphrase }: ProtectionOptions,
  material: Material,
  { key }: Assortment,
  name: string,
  system: System,
): Promise<Protection> {
  const isNeeded = to === "pfx" || (to !== "crt" && key !== undefined);
  if (!isNeeded && (passout !== undefined || !passphrase))
    throw new UsageError(
      `${passphrase ? "--passout" : "--no-passphrase"}: nothing is written that could have a passphrase`,
    );
  if (!passphrase) return { how: "none" };
  const what = to === "pfx" ? `${name}.pfx` : to === "der" ? "the key" : `${name}.key`;
  if (passout !== undefined) return { how: "passphrase", passphrase: await newPassphrase(passout, { what }, system) };
  const own = ownPassphrase(material);
  if (to !== "pfx") return { how: "keep", ...(own !== undefined && { passphrase: own }) };
  if (own !== undefined) return { how: "passphrase", passphrase: own };
  const nobody = new UsageError(
    "a container needs a passphrase",
    `give it one with --passout ${HIDDEN_SOURCES}; --no-passphrase leaves it empty`,
  );
  if (isPipeline(system)) throw nobody;
  return { how: "passphrase", passphrase: await newPassphrase("prompt", { what, nobody }, system) };
}

/** Whether there is anything that a passphrase may open. */
export const isLocked = (material: Material): boolean =>
  hasContainer(material) || material.files.some(({ keys }) => keys.some(({ facts }) => facts.encryption !== undefined));

/** The passphrase that has opened something; not one that was given for nothing, nor an empty one. */
function ownPassphrase(material: Material): string | undefined {
  const hasOpened = material.files.some(({ keys }) => keys.some(({ facts }) => facts.state === "opened"));
  return hasOpened || hasContainer(material) ? material.passphrase() || undefined : undefined;
}

const hasContainer = ({ files }: Material): boolean =>
  files.some(({ contents }) => contents.artifacts.some(({ kind }) => kind === "pkcs12"));
