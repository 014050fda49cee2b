/** The command line of `rules`. Loaded when it is asked for. */
import { type Command, Option } from "commander";
import type { System } from "../system/system.ts";
import { type RulesOptions, showRules } from "./rules.ts";
import { addSections, examples, exitCodes } from "./sections.ts";
import { groups } from "./shared-options.ts";

/** Gives the verb its options. */
export function defineRules(command: Command, system: System, done: (exitCode: number) => void): void {
  command
    .usage("[id] [options]")
    .optionsGroup(groups.report)
    .addOption(
      new Option("--format <name>", "how to write them").choices(["human", "json", "markdown"]).default("human"),
    )
    .action((id: string | undefined, options: RulesOptions) => done(showRules(id, options, system)));
  addSections(
    command.optionsGroup(groups.general),
    examples(
      ["certcheck rules", ""],
      ["certcheck rules key/belongs-to-certificate", "what it asks, why, and how to mend it"],
    ),
    exitCodes({ 0: "printed", 2: "the command line, or there is no such rule" }),
  );
}
