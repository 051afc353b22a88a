import { SIGNATURE_METHODS, type SignatureMethod } from '../../crypto/signatures.ts';
import { AUTHENTICATION_METHOD } from '../wire/numbers.ts';
import type { ConnectionPolicy } from './policy.ts';

/** How the two sides of an ISAKMP SA prove who they are: one method for both (RFC 2409 §5). */
export type AuthenticationMethod = 'psk' | SignatureMethod;

/** Value of the Authentication Method attribute, RFC 2409 App. A and RFC 4754 §6. */
export const authenticationNumber = (method: AuthenticationMethod): number =>
  method === 'psk' ? AUTHENTICATION_METHOD.PRE_SHARED_KEY : SIGNATURE_METHODS[method].ikeId;

/** The methods that a connection allows, in order of preference. */
export const methodsOf = ({ certificates }: Pick<ConnectionPolicy, 'certificates'>): readonly AuthenticationMethod[] =>
  certificates?.methods ?? ['psk'];
