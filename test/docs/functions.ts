import { parseSync } from 'oxc-parser';

type Node = Readonly<Record<string, unknown>> & { readonly type: string; readonly start: number; readonly end: number };

/**
 * The text of what a file names so: a function, a class, a constant, a type, or a method or property as `Class.name`.
 * Throws where there is none of the name: a document that leads nowhere.
 */
export function textOf(source: string, name: string): string {
  const [first = '', member] = name.split('.');
  const { program } = parseSync('x.ts', source);
  const named = program.body
    .flatMap((node) => declaredBy(node as unknown as Node))
    .find((node) => nameOf(node, 'id') === first);
  const members = ((named?.['body'] as Node | undefined)?.['body'] ?? []) as Node[];
  const found = member === undefined ? named : members.find((node) => nameOf(node, 'key') === member);
  if (found === undefined) throw new Error(`no function ${name}`);
  return source.slice(found.start, found.end);
}

/** How many lines a function or method has. */
export const functionLines = (source: string, name: string): number => textOf(source, name).split('\n').length;

/** What a statement gives names to: its declaration, or each of its variables. */
function declaredBy(statement: Node): Node[] {
  const node = (statement['declaration'] as Node | undefined | null) ?? statement;
  return node.type === 'VariableDeclaration' ? (node['declarations'] as Node[]) : [node];
}

function nameOf(node: Node, field: 'id' | 'key'): string | undefined {
  const named = node[field] as { readonly type: string; readonly name: string } | undefined | null;
  if (named === undefined || named === null) return undefined;
  return named.type === 'PrivateIdentifier' ? `#${named.name}` : named.name;
}
