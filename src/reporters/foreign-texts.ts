/** What of a report is not certcheck's own text, and may have characters of any width. */
import type { Report } from "../report/report.ts";

/** The texts of a report that are not certcheck's own. */
export const foreignTexts = ({ bundles, configuration = "", waivers = [] }: Report): string =>
  [
    configuration,
    ...waivers.flatMap(({ rule: _rule, state: _state, ...texts }) => Object.values(texts)),
    ...bundles.flatMap(({ files, chain, crls = [], endpoint, results, notChecked }) => [
      ...files.flatMap(({ file, details }) => [file, ...details]),
      ...(chain ? [chain.missing ?? "", ...[...chain.path, ...chain.others].map(({ name }) => name)] : []),
      ...(endpoint ? [...Object.values(endpoint.words), ...endpoint.browser.map(({ why }) => why)] : []),
      ...crls.flatMap((place) => [place.name, ...place.crls.map(({ issuerName }) => issuerName)]),
      ...results
        .filter(({ findings }) => findings.length > 0)
        .flatMap(({ findings }) => findings.flatMap(({ message, fix }) => [message, fix])),
      ...notChecked.map(({ why }) => why),
    ]),
  ].join("");
