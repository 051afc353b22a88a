import { dirname, resolve } from 'node:path';
import { utf8Text } from '../base/bytes.ts';
import { type CheckedConfig, checkConfig } from '../config/parse.ts';
import type { Terminal } from './terminal.ts';

/** A configuration file, checked, with its secrets from the environment and from files beside it; or why it cannot be read. */
export function loadConfig(path: string, terminal: Terminal): CheckedConfig | { readonly unreadable: string } {
  let text: string;
  try {
    text = utf8Text(terminal.readFile(path));
  } catch (error) {
    return { unreadable: `${path}: ${error instanceof Error ? error.message : String(error)}` };
  }
  const baseDirectory = path === '-' ? undefined : dirname(resolve(path));
  const readFile = (file: string): Uint8Array => terminal.readFile(file);
  return checkConfig(text, { env: terminal.env, readFile, ...(baseDirectory === undefined ? {} : { baseDirectory }) });
}
