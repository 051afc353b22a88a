import { resultText } from './command.ts';
import type { Site } from './network.ts';

/** What a TCP connection to a port ends with at which nobody listens: `ECONNREFUSED` where there is a way there and back. */
export async function knock(from: Site, to: Site, port: number, fromPort = 0): Promise<string> {
  const ends = { host: to.inner, port, localAddress: from.inner, localPort: fromPort };
  const script = `
    const socket = require('node:net').connect(${JSON.stringify(ends)});
    const tell = (what) => { console.log(what); process.exit(0); };
    socket.on('error', ({ code }) => tell(code));
    setTimeout(() => tell('nothing'), 2000);
  `;
  const result = await from.namespace.exec([process.execPath, '-e', script]);
  if (result.status !== 0) throw new Error(resultText(result));
  return result.stdout.trim();
}
