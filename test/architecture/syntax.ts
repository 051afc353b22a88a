/** A node of the syntax tree, as loosely as the questions here need it. */
type Node = Readonly<Record<string, unknown>> & { readonly type: string };

export interface Declaration {
  readonly name: string;
  readonly kind: 'function' | 'class' | 'other';
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

/** Calls `visit` for every node, parents first, with the node above it and the field that it hangs on. */
function walk(
  node: Node,
  visit: (node: Node, parent: Node | undefined, field: string) => void,
  parent?: Node,
  field = '',
): void {
  visit(node, parent, field);
  for (const [name, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, visit, node, name);
  }
}

const nameOf = (node: unknown): string | undefined =>
  isNode(node) && (node.type === 'Identifier' || node.type === 'PrivateIdentifier') ? String(node['name']) : undefined;

const isFunction = (node: unknown): boolean =>
  isNode(node) &&
  ['ArrowFunctionExpression', 'FunctionExpression', 'TSFunctionType', 'TSEmptyBodyFunctionExpression'].includes(
    node.type,
  );

/** Types whose `id` or `key` gives a thing its name. */
const NAMING: Readonly<Record<string, 'id' | 'key'>> = {
  FunctionDeclaration: 'id',
  ClassDeclaration: 'id',
  VariableDeclarator: 'id',
  TSInterfaceDeclaration: 'id',
  TSTypeAliasDeclaration: 'id',
  PropertyDefinition: 'key',
  MethodDefinition: 'key',
  TSPropertySignature: 'key',
  TSMethodSignature: 'key',
};

/** Everything that the file gives a name to: functions, classes, variables, parameters, types and their members. */
export function declarations(program: unknown): Declaration[] {
  const found: Declaration[] = [];
  if (!isNode(program)) return found;
  walk(program, (node) => {
    const field = NAMING[node.type];
    if (field !== undefined) found.push(...declared(node, node[field]));
    if (Array.isArray(node['params'])) for (const param of node['params']) found.push(...bindings(param));
    if (node.type === 'CatchClause') found.push(...bindings(node['param']));
    if (node.type.startsWith('Import') && node['local'] !== undefined) found.push(...bindings(node['local']));
  });
  return found;
}

function declared(node: Node, named: unknown): Declaration[] {
  const name = nameOf(named);
  if (name === undefined) return bindings(named);
  if (node.type === 'ClassDeclaration') return [{ name, kind: 'class' }];
  const accessor = node['kind'] === 'get' || node['kind'] === 'set';
  const annotation = node['typeAnnotation'] as { typeAnnotation?: unknown } | undefined;
  const callable =
    node.type === 'FunctionDeclaration' ||
    (/Method/.test(node.type) && !accessor) ||
    [node['init'], node['value'], annotation?.typeAnnotation].some(isFunction);
  return [{ name, kind: callable && !accessor ? 'function' : 'other' }];
}

/** The names that a pattern binds: `x`, `{ a, b: [c] }`, `...rest`, `x = 1`. */
function bindings(pattern: unknown): Declaration[] {
  if (!isNode(pattern)) return [];
  const name = nameOf(pattern);
  if (name !== undefined) return [{ name, kind: 'other' }];
  if (pattern.type === 'ObjectPattern') {
    return (pattern['properties'] as Node[]).flatMap((property) => bindings(property['value'] ?? property['argument']));
  }
  if (pattern.type === 'ArrayPattern') return (pattern['elements'] as unknown[]).flatMap(bindings);
  return bindings(pattern['left'] ?? pattern['argument'] ?? pattern['parameter']);
}

/** Fields where an identifier is a label of its own and refers to nothing. */
const LABELS: Readonly<Record<string, string>> = {
  MemberExpression: 'property',
  Property: 'key',
  PropertyDefinition: 'key',
  MethodDefinition: 'key',
  TSPropertySignature: 'key',
  TSMethodSignature: 'key',
  TSQualifiedName: 'right',
  MetaProperty: 'property',
};

/** The names that a file uses and nothing in it declares, members of `Math` with their own name. */
export function globalReferences(program: unknown, own: ReadonlySet<string>): string[] {
  const found = new Set<string>();
  if (!isNode(program)) return [];
  walk(program, (node, parent, field) => {
    const name = nameOf(node);
    if (name === undefined || node.type === 'PrivateIdentifier' || own.has(name)) return;
    if (parent !== undefined && LABELS[parent.type] === field && parent['computed'] !== true) return;
    const member = parent?.type === 'MemberExpression' && field === 'object' ? nameOf(parent['property']) : undefined;
    found.add(name === 'Math' && member !== undefined ? `Math.${member}` : name);
  });
  return [...found].sort();
}

/** The modules that are loaded late: `require('x')`, `createRequire(import.meta.url)('x')`, by whatever name the former has. */
export function lazyRequires(program: unknown): string[] {
  const found: string[] = [];
  if (!isNode(program)) return found;
  const names = new Set(['require']);
  walk(program, (node) => {
    const name = nameOf(node['id']);
    if (name !== undefined && calleeOf(node['init']) === 'createRequire') names.add(name);
  });
  walk(program, (node) => {
    const [argument] = (node['arguments'] as Node[] | undefined) ?? [];
    if (node.type !== 'CallExpression' || argument?.type !== 'Literal' || typeof argument['value'] !== 'string') return;
    const loads = names.has(calleeOf(node) ?? '') || calleeOf(node['callee']) === 'createRequire';
    if (loads) found.push(argument['value']);
  });
  return found;
}

/** The name of the function that is called, where it has a plain one. */
const calleeOf = (node: unknown): string | undefined =>
  isNode(node) && node.type === 'CallExpression' ? nameOf(node['callee']) : undefined;
