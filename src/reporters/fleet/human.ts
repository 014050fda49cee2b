/** The report on a fleet for people. */
import { READY } from "../../fleet/row.ts";
import { messages } from "../../defender.ts";
import { neutral } from "../text.ts";
import type { FleetReporter } from "./index.ts";

export const human: FleetReporter = {
  end: ({ rows, tally, results, strays, unread }) => {
    const lines: string[] = [];
    for (let index = 0; index < rows.length; index++) {
      if (rows.rankAt(index) >= READY) continue;
      const { name, verdict, messages: shown, failures } = rows.at(index);
      lines.push(
        `${neutral(name)}  ${verdict}  ${shown.map((id) => messages[id]).join(" ")}  ${failures.map(({ rule }) => rule).join(" ")}`,
      );
    }
    for (const { rule, outcome, findings } of results)
      if (outcome === "fails")
        for (const { message, file } of findings) lines.push(`${rule}  ${neutral(file)}: ${neutral(message)}`);
    lines.push(
      `${tally.appliances} appliances: ${JSON.stringify(tally.verdicts)}; ${unread.length} unread, ${strays.length} strays`,
    );
    return `${lines.join("\n")}\n`;
  },
};
