import { expect, test } from 'vitest';
import { readVici, viciSections, viciText } from './vici-text.ts';

const TWO_SAS = `list-sa event {
  tunnel {
    uniqueid = 2
    remote-id = C=CH, O=strongSwan, CN=moon
    tasks-active = [
      QUICK_MODE
      ISAKMP_DPD
    ]
    child-sas {
      net-2 {
        name = net
        spi-in = c0de0001
      }
      net-3 {
        name = net
        spi-in = c0de0002
      }
    }
  }
}
list-sa event {
  tunnel {
    uniqueid = 1
    child-sas {
    }
  }
}
list-sas reply {
}
`;

test('reads every event of the same name, with values that hold spaces, lists and sections', () => {
  expect(readVici(TWO_SAS)).toEqual([
    {
      name: 'list-sa event',
      body: {
        tunnel: {
          uniqueid: '2',
          'remote-id': 'C=CH, O=strongSwan, CN=moon',
          'tasks-active': ['QUICK_MODE', 'ISAKMP_DPD'],
          'child-sas': {
            'net-2': { name: 'net', 'spi-in': 'c0de0001' },
            'net-3': { name: 'net', 'spi-in': 'c0de0002' },
          },
        },
      },
    },
    { name: 'list-sa event', body: { tunnel: { uniqueid: '1', 'child-sas': {} } } },
    { name: 'list-sas reply', body: {} },
  ]);
});

test('gives the sections within a section, and none where there are none', () => {
  const section = { 'child-sas': { a: { x: '1' }, b: { x: '2' } }, text: 'y' };
  expect(viciSections(section, 'child-sas')).toEqual([{ x: '1' }, { x: '2' }]);
  expect(viciSections(section, 'text')).toEqual([]);
  expect(viciSections(section, 'absent')).toEqual([]);
});

test('says which values are there where one is missing', () => {
  expect(() => viciText({ a: '1', b: '2' }, 'state')).toThrow('no value state among a, b');
});
