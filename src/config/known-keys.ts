import type { ConfigPath } from './config-error.ts';
import { configJsonSchema } from './schema.ts';

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

/** The keys that may stand at a place of the configuration. */
export const knownKeys = (path: ConfigPath): readonly string[] => keysAt(configJsonSchema())(path);

/** The same for whatever has a JSON Schema. */
export const keysAt =
  (schema: Readonly<Record<string, unknown>>) =>
  (path: ConfigPath): readonly string[] => {
    let nodes: readonly SchemaNode[] = [schema];
    for (const part of path) nodes = nodes.flatMap(alternatives).flatMap((node) => below(node, part));
    return nodes.flatMap(alternatives).flatMap((node) => Object.keys(node.properties ?? {}));
  };

const alternatives = (node: SchemaNode): readonly SchemaNode[] => [node, ...(node.anyOf ?? [])];

function below({ items, properties, additionalProperties }: SchemaNode, part: string | number): readonly SchemaNode[] {
  if (typeof part === 'number') return items === undefined ? [] : [items];
  const named = properties?.[part];
  if (named !== undefined) return [named];
  return typeof additionalProperties === 'object' ? [additionalProperties] : [];
}
