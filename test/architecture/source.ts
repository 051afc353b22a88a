import { posix } from 'node:path';
import { parseSync } from 'oxc-parser';
import { filesBelow, readInProject } from '../project.ts';
import { declarations, globalReferences, lazyRequires, type Declaration } from './syntax.ts';

export interface Import {
  /** `base/bytes.ts` for a file of ours (from `src`), else the specifier as it stands: `zod`, `node:fs`. */
  readonly target: string;
  readonly ours: boolean;
  /** Nothing of it is left after compilation. */
  readonly typeOnly: boolean;
}

/** What the rules want to know of a file. */
export interface SourceFile {
  /** From `src`: `ike/wire/header.ts`. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly declarations: readonly Declaration[];
  /** Names that are used and declared nowhere in the file, such as `Date`, `Math.random`. */
  readonly globals: readonly string[];
  /** Does nothing but hand on what other files export. */
  readonly onlyReexports: boolean;
}

/** Every file below `src`. */
export const sourceFiles = (): SourceFile[] =>
  filesBelow('src', '.ts').map((path) => parseSource(path.slice('src/'.length), readInProject(path)));

export function parseSource(path: string, text: string): SourceFile {
  const { module, program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const statics = module.staticImports.map(({ moduleRequest, entries }) =>
    toImport(path, moduleRequest.value, entries.length > 0 && entries.every(({ isType }) => isType)),
  );
  const reexports = module.staticExports
    .flatMap(({ entries }) => entries)
    .flatMap(({ moduleRequest, isType }) =>
      moduleRequest === null ? [] : [toImport(path, moduleRequest.value, isType)],
    );
  const dynamics = module.dynamicImports.map(({ moduleRequest }) =>
    toImport(path, text.slice(moduleRequest.start, moduleRequest.end).replaceAll(/['"`]/g, ''), false),
  );
  const lazy = lazyRequires(program).map((specifier) => toImport(path, specifier, false));
  const found = declarations(program);
  return {
    path,
    lines: text.split('\n').length - 1,
    imports: [...statics, ...reexports, ...dynamics, ...lazy],
    declarations: found,
    globals: globalReferences(program, new Set(found.map(({ name }) => name))),
    onlyReexports: reexports.length > 0 && program.body.every(isHandOver),
  };
}

function toImport(from: string, specifier: string, typeOnly: boolean): Import {
  // The package by its own name: what lies in its root folder.
  if (specifier.startsWith('sallyport/')) return { target: specifier.replace('sallyport', '..'), ours: true, typeOnly };
  const ours = specifier.startsWith('.');
  return { target: ours ? posix.join(posix.dirname(from), specifier) : packageName(specifier), ours, typeOnly };
}

/** `zod` for `zod/v4`, `@peculiar/x509` for itself; a built-in module keeps its path. */
function packageName(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function isHandOver(statement: { readonly type: string; readonly source?: unknown }): boolean {
  if (statement.type === 'ImportDeclaration' || statement.type === 'ExportAllDeclaration') return true;
  return statement.type === 'ExportNamedDeclaration' && statement.source !== null && statement.source !== undefined;
}
