/** What swanctl prints with `--pretty`: sections, values and lists by name. */
export interface ViciSection {
  readonly [name: string]: string | ViciSection | readonly string[];
}

type Building = { [name: string]: string | Building | string[] };

/**
 * Reads `swanctl --pretty` output: one section for each reply or event, so several events of the same name make several
 * entries. A line is `name {`, `name = value`, `name = [`, a list's element, `]` or `}`.
 */
export function readVici(text: string): readonly { readonly name: string; readonly body: ViciSection }[] {
  const messages: { name: string; body: ViciSection }[] = [];
  const open: Building[] = [];
  let list: string[] | undefined;
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    const section = open.at(-1);
    const [, name = '', mark = ''] = /^(.*?) (\{|= .*|=)$/.exec(line) ?? [];
    if (list !== undefined) {
      if (line === ']') list = undefined;
      else list.push(line);
    } else if (line === '}') {
      open.pop();
    } else if (mark === '{') {
      const body: Building = {};
      if (section === undefined) messages.push({ name, body });
      else section[name] = body;
      open.push(body);
    } else if (mark === '= [') {
      list = [];
      if (section !== undefined) section[name] = list;
    } else if (mark !== '' && section !== undefined) {
      section[name] = mark.slice(2);
    }
  }
  return messages;
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
