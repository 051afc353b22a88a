import { expect, test } from 'vitest';
import { configurationText, PSK_VARIABLE } from '../../../src/cli/demo/configuration.ts';
import { parseConfig } from '../../../src/config/parse.ts';

test('the configuration of a demonstration is one, and names the key without holding it', () => {
  const text = configurationText({
    us: { name: 'left', address: '127.0.0.1', network: '10.1.0.0/24', host: '10.1.0.1' },
    them: { name: 'right', address: '127.0.0.2', network: '10.2.0.0/24', host: '10.2.0.1' },
    peerAddress: '127.0.0.2',
    esp: 'memory',
    natt: 'force',
    ports: { ike: 15_500, natt: 15_501 },
    socket: '/tmp/left.sock',
  });
  const config = parseConfig(text, { env: { [PSK_VARIABLE]: 'a key that is long enough' } });
  expect(config).toMatchObject({
    gateway: { name: 'left', ports: { ike: 15_500, natt: 15_501 } },
    control: { socket: '/tmp/left.sock' },
    esp: { device: 'memory' },
    connections: [{ name: 'other', startup: 'wait', natt: { mode: 'force' } }],
  });
  expect(text).not.toContain('long enough');
});
