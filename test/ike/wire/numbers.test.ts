import { describe, expect, test } from 'vitest';
import { exchangeName, notifyName, payloadName, protocolName } from '../../../src/ike/wire/numbers.ts';

describe('names of numbers', () => {
  test('spell as the RFCs do', () => {
    expect([payloadName(13), payloadName(130), exchangeName(2), exchangeName(32), protocolName(3)]).toEqual([
      'VENDOR-ID',
      'NAT-D-DRAFT',
      'MAIN-MODE',
      'QUICK-MODE',
      'ESP',
    ]);
    expect([14, 24, 24578, 36136, 36137].map(notifyName)).toEqual([
      'NO-PROPOSAL-CHOSEN',
      'AUTHENTICATION-FAILED',
      'INITIAL-CONTACT',
      'R-U-THERE',
      'R-U-THERE-ACK',
    ]);
  });

  test('keep a number that nobody knows', () => {
    expect([notifyName(40501), payloadName(15), exchangeName(240), protocolName(9)]).toEqual([
      'NOTIFY(40501)',
      'PAYLOAD(15)',
      'EXCHANGE(240)',
      'PROTOCOL(9)',
    ]);
  });
});
