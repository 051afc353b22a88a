import { hex32 } from '../base/bytes.ts';
/**
 * An event as a line: the time, its name, the connection, and its fields as `key=value`.
 *
 * It knows no event by name, so that it shows those of a newer gateway as well.
 */
export function eventLine(event: unknown): string {
  if (!isRecord(event)) return printable(JSON.stringify(event));
  const { time, name, sa, ...fields } = event;
  const { connection, role } = isRecord(sa) ? sa : {};
  const own = { ...(role === undefined ? {} : { role }), ...fields };
  const parts = [
    ...(typeof time === 'number' ? [new Date(time).toISOString()] : []),
    ...[name, connection].filter((part) => typeof part === 'string'),
    ...Object.entries(own).flatMap(([key, value]) => fieldTexts(key, value)),
  ];
  return printable(parts.join(' '));
}

function fieldTexts(key: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  // As captures and other programs show them.
  if (typeof value === 'number' && /^messageId$|Spi$/.test(key)) return [`${key}=${hex32(value)}`];
  if (Array.isArray(value)) return [`${key}=${quoted(value.map(plainText).join(','))}`];
  if (!isRecord(value) || isEndpoint(value)) return [`${key}=${quoted(plainText(value))}`];
  return Object.entries(value).flatMap(([inner, item]) => fieldTexts(`${key}.${inner}`, item));
}

function plainText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!isEndpoint(value)) return JSON.stringify(value);
  return value.address.includes(':') ? `[${value.address}]:${value.port}` : `${value.address}:${value.port}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEndpoint(value: unknown): value is { readonly address: string; readonly port: number } {
  return isRecord(value) && typeof value['address'] === 'string' && typeof value['port'] === 'number';
}

const quoted = (text: string): string => (/^[^\s"=]+$/.test(text) ? text : JSON.stringify(text));

/** Some of it was chosen by a peer: nothing may steer the terminal. */
const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
