import { describe } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import * as arbitrary from './arbitraries.ts';
import { testCodec } from './codec.ts';
import { recordedBody } from './recorded.ts';

describe('Key Exchange payload (RFC 2408 §3.7)', () => {
  testCodec('key-exchange', {
    from: 'the public value of a Cisco router in MODP-1024',
    sample: recordedBody('cisco-joy/ikev1.pcap', 5, 0),
    value: {
      data: fromHex(`
        a812a5fbfcbae82c7df0deaec2120fe8a9b7e82fc1ce7ad16e38e0687d3eb04f
        4c9ab88fe3d3baed7da3cbf3ddec86cf95b0dde87ee086ab236e06d17c459fef
        8e2fc94d804be9af45e744c207ef987512d68dd2edf1ca57e91c98dc2688f77a
        57900aed18f368cbfb8d4b46bea5e48a53cb88cd515a17dd1d032d1c79540f86
      `),
    },
    fixed: 1,
    values: arbitrary.opaque(1, 512),
  });
});
