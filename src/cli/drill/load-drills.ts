import { utf8Text } from '../../base/bytes.ts';
import { catalogueFiles } from '../../drill/catalogue.ts';
import type { Drill } from '../../drill/drill.ts';
import { checkDrill } from '../../drill/parse-drill.ts';
import { issueLines } from '../check.ts';
import type { Terminal } from '../terminal.ts';

/** Drills by their names, by files, or `all`; undefined where one of them cannot be used, which has been said then. */
export function loadDrills(names: readonly string[], terminal: Terminal): readonly Drill[] | undefined {
  const known = catalogueFiles();
  const files = names.flatMap((name) =>
    name === 'all' ? known.map(({ file }) => file) : [known.find((each) => each.name === name)?.file ?? name],
  );
  const drills = files.map((file) => loadDrill(file, terminal));
  const good = drills.flatMap((each) => each ?? []);
  return good.length < drills.length ? undefined : good;
}

function loadDrill(file: string, terminal: Terminal): Drill | undefined {
  let text: string;
  try {
    text = utf8Text(terminal.readFile(file));
  } catch (error) {
    terminal.err(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
  const { drill, errors } = checkDrill(text);
  for (const issue of errors) for (const line of issueLines(file, issue)) terminal.err(line);
  return drill;
}
