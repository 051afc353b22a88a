import { concat, u32Bytes } from '../../src/base/bytes.ts';
import { seconds } from '../../src/base/instant.ts';
import { parseIdentity } from '../../src/base/identity.ts';
import { GROUPS } from '../../src/crypto/groups.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import type { Phase1Suite } from '../../src/crypto/suites.ts';
import type { AuthenticationMethod } from '../../src/ike/negotiate/authentication.ts';
import { phase1Offer } from '../../src/ike/negotiate/phase1-offer.ts';
import { writeMessage } from '../../src/ike/wire/message.ts';
import { EXCHANGE, PHASE1_ATTRIBUTE } from '../../src/ike/wire/numbers.ts';
import { payload } from '../../src/ike/wire/payload.ts';

export interface FirstMessageOptions {
  readonly suites?: readonly Phase1Suite[];
  readonly vendorIds?: readonly Uint8Array[];
  readonly method?: AuthenticationMethod;
  /** Asks for a certificate of anybody. */
  readonly asks?: boolean;
  /** Without a lifetime in any transform: nobody has to state one. */
  readonly bare?: boolean;
  /** Of Aggressive Mode, by somebody with this identity. */
  readonly aggressive?: string;
  /** The public value there, where it is not a good one of the first suite's group. */
  readonly publicValue?: Uint8Array;
}

const { LIFE_TYPE, LIFE_DURATION } = PHASE1_ATTRIBUTE;

/** The first message of Main Mode, or of Aggressive Mode, as anybody can write it; the number makes its cookie. */
export function firstMessage(number: number, options: FirstMessageOptions = {}): Uint8Array {
  const { suites = [{ cipher: 'aes128', hash: 'sha256', group: 'ecp256' }], vendorIds = [], bare = false } = options;
  const offer = phase1Offer(suites, { duration: seconds(28_800) }, [options.method ?? 'psk']);
  const proposals = offer.proposals.map((proposal) => ({
    ...proposal,
    transforms: proposal.transforms.map((transform) => ({
      ...transform,
      attributes: transform.attributes.filter(({ type }) => !bare || (type !== LIFE_TYPE && type !== LIFE_DURATION)),
    })),
  }));
  return writeMessage(
    {
      initiatorCookie: concat(u32Bytes(0xc00c_1e00), u32Bytes(number)),
      responderCookie: new Uint8Array(8),
      exchangeType: options.aggressive === undefined ? EXCHANGE.MAIN_MODE : EXCHANGE.AGGRESSIVE,
      messageId: 0,
      flags: 0,
    },
    [
      payload('sa', { ...offer, proposals }),
      ...keyAndIdentity(suites, options),
      ...(options.asks === true ? [payload('certificate-request', { encoding: 4, data: new Uint8Array(0) })] : []),
      ...vendorIds.map((data) => payload('vendor-id', { data })),
    ],
  );
}

/** KE, Ni, IDii: what the first message of Aggressive Mode has besides. */
function keyAndIdentity([suite]: readonly Phase1Suite[], { aggressive, publicValue }: FirstMessageOptions) {
  if (aggressive === undefined || suite === undefined) return [];
  const data =
    publicValue ?? nativeProvider.publicValue(suite.group, new Uint8Array(GROUPS[suite.group].privateBytes).fill(5));
  return [
    payload('key-exchange', { data }),
    payload('nonce', { data: new Uint8Array(16).fill(6) }),
    payload('identification', { ...parseIdentity(aggressive), protocolId: 0, port: 0 }),
  ];
}
