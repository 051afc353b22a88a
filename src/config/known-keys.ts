import type { ConfigPath } from './config-error.ts';
import { configJsonSchema } from './schema.ts';

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

/** The keys that may stand at a place of the configuration. */
export function knownKeys(path: ConfigPath): readonly string[] {
  let nodes: readonly SchemaNode[] = [configJsonSchema()];
  for (const part of path) {
    nodes = nodes
      .flatMap(alternatives)
      .flatMap((node) => (typeof part === 'number' ? node.items : node.properties?.[part]) ?? []);
  }
  return nodes.flatMap(alternatives).flatMap((node) => Object.keys(node.properties ?? {}));
}

const alternatives = (node: SchemaNode): readonly SchemaNode[] => [node, ...(node.anyOf ?? [])];
