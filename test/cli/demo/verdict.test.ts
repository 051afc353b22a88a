import { expect, test } from 'vitest';
import { failuresOf } from '../../../src/cli/demo/verdict.ts';

const end = (who: string, inbound = 3, outbound = 3) => ({ who, inbound, outbound });

test.each([
  ['every ping came back and both ends counted it', { sent: 3, received: 3 }, [end('left'), end('right')], []],
  ['more went through than was asked for', { sent: 4, received: 3 }, [end('left', 3, 4)], []],
  [
    'no ping came back',
    { sent: 3, received: 0 },
    [end('left', 0)],
    ['3 of 3 pings did not come back', 'left counts 0 packets in of the tunnel for 3 pings'],
  ],
  ['nothing was sent at all', { sent: 0, received: 0 }, [], ['3 of 3 pings did not come back']],
  [
    'they came back, but not through the tunnel',
    { sent: 3, received: 3 },
    [end('left'), end('right', 0, 0)],
    ['right counts 0 packets in of the tunnel for 3 pings', 'right counts 0 packets out of the tunnel for 3 pings'],
  ],
])('judges a demonstration where %s', (_, pings, ends, failures) => {
  expect(failuresOf(3, pings, ends)).toEqual(failures);
});
