import { Gateway, parseConfig } from 'sallyport';

/** A gateway in your own process: ESP in user space, no rights needed. Ends when the tunnel has carried three pings. */
const gateway = new Gateway(
  parseConfig(
    {
      gateway: { name: 'plant-7', listen: ['127.0.0.1'], ports: { ike: 10500, natt: 14500 } },
      esp: { backend: 'userspace', device: 'memory' },
      credentials: { psks: [{ peers: ['@plant-7', '@hq'], secret: { env: 'PLANT_PSK' } }] },
      connections: [
        {
          name: 'hq',
          startup: 'wait',
          local: { address: '127.0.0.1', id: '@plant-7', auth: 'psk' },
          remote: { address: '127.0.0.2', id: '@hq', auth: 'psk' },
          phase1: { proposals: ['aes256-sha256-modp2048'] },
          phase2: { proposals: ['aes128gcm16-modp2048'] },
          natt: { mode: 'force' },
          tunnels: [{ name: 'lan', local: '10.1.0.0/24', remote: '10.2.0.0/24' }],
        },
      ],
    },
    { env: process.env },
  ),
);

gateway.subscribe((event) => console.log(event.name));
await gateway.start();
await gateway.up('hq');
console.log(await gateway.ping('10.2.0.1', 3));
await gateway.stop();
