/** One case of a NIST CAVP file: the bracketed headings above it (`[SHA-1]`, `[ENCRYPT]`) and its `name = value` lines. */
export interface RspCase {
  readonly headings: readonly string[];
  readonly fields: ReadonlyMap<string, string>;
}

/** The field, which has to be there. */
export function field(rsp: RspCase, name: string): string {
  const value = rsp.fields.get(name);
  if (value === undefined) throw new Error(`no ${name} in a case under ${rsp.headings.join(' ')}`);
  return value;
}

/** All cases of a CAVP response file. A case begins at `COUNT`; headings that follow a case replace those before it. */
export function parseRsp(text: string): RspCase[] {
  const cases: RspCase[] = [];
  let headings: string[] = [];
  let fields: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const heading = /^\[(.+)\]$/.exec(line)?.[1];
    const [, name, value] = /^(\S.*?) = (.*)$/.exec(line) ?? [];
    if (heading !== undefined) {
      headings = fields === undefined ? [...headings, heading] : [heading];
      fields = undefined;
    } else if (name !== undefined && value !== undefined && !line.startsWith('#')) {
      if (name.toUpperCase() === 'COUNT') {
        fields = new Map();
        cases.push({ headings, fields });
      }
      fields?.set(name, value);
    }
  }
  return cases;
}
