import { SIGNATURE_METHODS, type SignatureMethod } from '../../crypto/signatures.ts';
import { AUTHENTICATION_METHOD } from '../wire/numbers.ts';
import type { ConnectionPolicy } from './policy.ts';

/** What proves a side in phase 1. */
export type ProofMethod = 'psk' | SignatureMethod;

interface MethodSpec {
  /** Value of the Authentication Method attribute. */
  readonly number: number;
  readonly proof: ProofMethod;
  /** Which side has to say by XAUTH which user it is, once phase 1 stands. */
  readonly user?: 'initiator' | 'responder';
  /** Whether nothing else proves that side, and phase 1 the other one only. */
  readonly alone?: true;
}

const A = AUTHENTICATION_METHOD;

/**
 * How the two sides of an ISAKMP SA prove who they are: one method for both (RFC 2409 App. A, RFC 4754 §6), and with those of XAUTH one
 * of them besides as a user (draft-beaulieu-ike-xauth-02 §7.2), or as nothing but a user (draft-ietf-ipsec-isakmp-hybrid-auth-05 §3.2.1).
 */
const METHODS = {
  psk: { number: A.PRE_SHARED_KEY, proof: 'psk' },
  rsa: { number: SIGNATURE_METHODS.rsa.ikeId, proof: 'rsa' },
  ecdsa256: { number: SIGNATURE_METHODS.ecdsa256.ikeId, proof: 'ecdsa256' },
  ecdsa384: { number: SIGNATURE_METHODS.ecdsa384.ikeId, proof: 'ecdsa384' },
  ecdsa521: { number: SIGNATURE_METHODS.ecdsa521.ikeId, proof: 'ecdsa521' },
  'xauth-init-psk': { number: A.XAUTH_INIT_PRE_SHARED, proof: 'psk', user: 'initiator' },
  'xauth-resp-psk': { number: A.XAUTH_RESP_PRE_SHARED, proof: 'psk', user: 'responder' },
  'xauth-init-rsa': { number: A.XAUTH_INIT_RSA, proof: 'rsa', user: 'initiator' },
  'xauth-resp-rsa': { number: A.XAUTH_RESP_RSA, proof: 'rsa', user: 'responder' },
  'hybrid-init-rsa': { number: A.HYBRID_INIT_RSA, proof: 'rsa', user: 'initiator', alone: true },
  'hybrid-resp-rsa': { number: A.HYBRID_RESP_RSA, proof: 'rsa', user: 'responder', alone: true },
} as const satisfies Record<string, MethodSpec>;

export type AuthenticationMethod = keyof typeof METHODS;

export const AUTHENTICATION_METHODS = Object.keys(METHODS) as AuthenticationMethod[];

export const authenticationNumber = (method: AuthenticationMethod): number => METHODS[method].number;

/** What both sides prove themselves with, but for the one whom only a user proves. */
export const proofOf = (method: AuthenticationMethod): ProofMethod => METHODS[method].proof;

/** Whether nothing but a user proves the side in this role: Hybrid Authentication. */
export function isUserAlone(method: AuthenticationMethod, role: 'initiator' | 'responder'): boolean {
  const spec: MethodSpec = METHODS[method];
  return spec.alone === true && spec.user === role;
}

/** What the side in this role shows in phase 1. */
export const evidenceOf = (method: AuthenticationMethod, role: 'initiator' | 'responder'): 'hash' | 'signature' =>
  proofOf(method) === 'psk' || isUserAlone(method, role) ? 'hash' : 'signature';

/** The methods that a connection allows in a role of ours, in order of preference. XAUTH has none with ECDSA, and Hybrid with RSA one. */
export function methodsOf(
  { certificates, user }: Pick<ConnectionPolicy, 'certificates' | 'user'>,
  role: 'initiator' | 'responder',
): readonly AuthenticationMethod[] {
  const proofs: readonly ProofMethod[] = certificates?.methods ?? ['psk'];
  const asked = user === undefined ? undefined : user.side === 'local' ? role : otherRole(role);
  return proofs.flatMap((proof) =>
    AUTHENTICATION_METHODS.filter((name) => {
      const spec: MethodSpec = METHODS[name];
      return spec.proof === proof && spec.user === asked && spec.alone === user?.alone;
    }),
  );
}

const otherRole = (role: 'initiator' | 'responder') => (role === 'initiator' ? 'responder' : 'initiator');
