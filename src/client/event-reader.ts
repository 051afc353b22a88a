/** One event of a stream of server-sent events. */
export interface StreamedEvent {
  readonly name: string;
  readonly data: string;
  /** The last that the stream has named, empty where it has named none. */
  readonly id: string;
}

/**
 * Reads a stream of server-sent events (HTML Living Standard §9.2.6), whose text may come in any pieces: returns what takes them. Lines end
 * with LF, as the gateway writes them.
 */
export function eventReader(listener: (event: StreamedEvent) => void): (text: string) => void {
  let rest = '';
  let id = '';
  let event: { name: string; data: string[] } = { name: 'message', data: [] };
  const take = (line: string): void => {
    if (line === '') {
      if (event.data.length > 0) listener({ name: event.name, data: event.data.join('\n'), id });
      event = { name: 'message', data: [] };
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event.name = value;
    else if (field === 'data') event.data.push(value);
    else if (field === 'id') id = value;
  };
  return (text) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  };
}
