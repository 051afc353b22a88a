/** What swanctl prints with `--pretty`: sections, values and lists by name. */
export interface ViciSection {
  readonly [name: string]: string | ViciSection | readonly string[];
}

type Building = { [name: string]: string | Building | string[] };

export interface ViciMessage {
  readonly name: string;
  readonly body: ViciSection;
}

/** `name {`, `name = value`, `name = [`; a list's element and the closing marks are lines of their own. */
const ENTRY = /^(.*?) (\{|=)(?: (.*))?$/;

/** Reads `swanctl --pretty` output: a message for each event and the reply, of which several may have the same name. */
export function readVici(text: string): readonly ViciMessage[] {
  const messages: ViciMessage[] = [];
  const lines = text.split('\n').map((line) => line.trim());
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    const [, name, mark] = ENTRY.exec(line) ?? [];
    if (name !== undefined && mark === '{') messages.push({ name, body: readSection(lines) });
  }
  return messages;
}

/** Takes the lines of a section and its closing brace. */
function readSection(lines: string[]): Building {
  const section: Building = {};
  for (let line = lines.shift(); line !== undefined && line !== '}'; line = lines.shift()) {
    const [, name, mark, value = ''] = ENTRY.exec(line) ?? [];
    if (name === undefined) continue;
    if (mark === '{') section[name] = readSection(lines);
    else section[name] = value === '[' ? readList(lines) : value;
  }
  return section;
}

function readList(lines: string[]): string[] {
  const end = lines.indexOf(']');
  const list = lines.splice(0, end === -1 ? lines.length : end + 1);
  return end === -1 ? list : list.slice(0, -1);
}

/** A value that has to be there. */
export function viciText(section: ViciSection, name: string): string {
  const value = section[name];
  if (typeof value !== 'string') throw new Error(`no value ${name} among ${Object.keys(section).join(', ')}`);
  return value;
}

/** The sections within a section, empty where there is none of that name. */
export function viciSections(section: ViciSection, name: string): readonly ViciSection[] {
  const inner = section[name];
  if (inner === undefined || typeof inner === 'string' || isList(inner)) return [];
  return Object.values(inner).filter((value): value is ViciSection => typeof value === 'object' && !isList(value));
}

const isList = (value: ViciSection | readonly string[]): value is readonly string[] => Array.isArray(value);
