import { nativeCalls, type NativeCall } from './native.ts';
import { fromDer, isLasting, LastingObjects, scratch } from './openssl-objects.ts';

const POINTER = 'uintptr_t';
const FROM_DER = [POINTER, POINTER, POINTER, 'long'] as const;
const FREE = ['void', POINTER] as const;
const OF = [POINTER, POINTER] as const;

const SIGNATURES = {
  d2i_X509: FROM_DER,
  i2d_X509: ['int', POINTER, POINTER],
  X509_free: FREE,
  d2i_X509_CRL: FROM_DER,
  X509_CRL_free: FREE,
  X509_STORE_new: [POINTER],
  X509_STORE_free: FREE,
  X509_STORE_add_cert: ['int', POINTER, POINTER],
  X509_STORE_add_crl: ['int', POINTER, POINTER],
  OPENSSL_sk_new_null: [POINTER],
  OPENSSL_sk_push: ['int', POINTER, POINTER],
  OPENSSL_sk_num: ['int', POINTER],
  OPENSSL_sk_value: [POINTER, POINTER, 'int'],
  OPENSSL_sk_free: FREE,
  X509_STORE_CTX_new: [POINTER],
  X509_STORE_CTX_free: FREE,
  X509_STORE_CTX_init: ['int', POINTER, POINTER, POINTER, POINTER],
  X509_STORE_CTX_get0_param: OF,
  X509_STORE_CTX_get0_chain: OF,
  X509_STORE_CTX_get_error: ['int', POINTER],
  X509_STORE_CTX_get_error_depth: ['int', POINTER],
  X509_VERIFY_PARAM_set_time: ['void', POINTER, 'int64_t'],
  X509_VERIFY_PARAM_set_flags: ['int', POINTER, 'ulong'],
  X509_VERIFY_PARAM_set_depth: ['void', POINTER, 'int'],
  X509_VERIFY_PARAM_set_auth_level: ['void', POINTER, 'int'],
  X509_VERIFY_PARAM_add0_policy: ['int', POINTER, POINTER],
  OBJ_nid2obj: [POINTER, 'int'],
  X509_verify_cert: ['int', POINTER],
  ERR_clear_error: ['void'],
} as const;

type Calls = Readonly<Record<keyof typeof SIGNATURES, NativeCall>>;
let loaded: Calls | undefined;
/** Only what was read is kept. Every path is looked for and judged anew, by the time and the lists of its own question. */
const certificates = new LastingObjects();
const revocationLists = new LastingObjects();
const calls = (): Calls => (loaded ??= nativeCalls(SIGNATURES));

/** X509_V_FLAG_…, of x509_vfy.h. */
const FLAG = {
  CRL_CHECK: 0x4,
  CRL_CHECK_ALL: 0x8,
  POLICY_CHECK: 0x80,
  EXTENDED_CRL: 0x1000,
  USE_DELTAS: 0x2000,
  PARTIAL_CHAIN: 0x8_0000,
  NO_CHECK_TIME: 0x20_0000,
};
const LISTS = FLAG.CRL_CHECK | FLAG.EXTENDED_CRL | FLAG.USE_DELTAS;
const ANY_POLICY = 746;

/** What `verifyPath` is asked. All certificates and lists are DER. */
export interface PathQuestion {
  readonly certificate: Uint8Array;
  /** May stand between, as what the peer sent. */
  readonly sent: readonly Uint8Array[];
  /** May stand between. These, authorities and lists are ours and stay: the same array is read once. */
  readonly intermediates: readonly Uint8Array[];
  /** Trust anchors: self-signed or not, each ends a path. */
  readonly authorities: readonly Uint8Array[];
  /** Revocation lists to look into: for the first certificate alone or for all below the anchor. Each must have a list then. */
  readonly revocation?: { readonly of: 'first' | 'all'; readonly lists: readonly Uint8Array[] };
  /** Seconds since 1970; `any` looks at no validity, not even that of lists. */
  readonly at: number | 'any';
  /** Most certificates between the first and the anchor. */
  readonly depth: number;
}

export interface PathAnswer {
  /** X509_V_OK, which is 0, or an X509_V_ERR_… of x509_vfy.h. */
  readonly error: number;
  /** Which certificate it is about: 0 is the one that was asked about. */
  readonly position: number;
  /** As far as it could be built; the anchor last. */
  readonly chain: readonly Uint8Array[];
}

/** Ours, beside OpenSSL's numbers: the certificate that was asked about does not parse. */
export const PATH_UNREADABLE = -1;

/**
 * Path validation of RFC 5280 §6 by OpenSSL's X509_verify_cert, which Node carries: signatures, validity, basic constraints, path
 * length, keyCertSign, name constraints, policies (any is acceptable), critical extensions. Not looked at: the strength of
 * algorithms and the key usage of the first certificate.
 *
 * @throws IkeError BACKEND_FAILED, or koffi's error, where this process shows no OpenSSL
 */
export function verifyPath(question: PathQuestion): PathAnswer {
  const lib = calls();
  const owned: (() => void)[] = [];
  try {
    return verified(lib, question, owned);
  } finally {
    for (const free of owned.toReversed()) free();
    // What is left in OpenSSL's queue would be taken for the error of node:crypto's next call.
    lib.ERR_clear_error();
  }
}

function verified(lib: Calls, question: PathQuestion, owned: (() => void)[]): PathAnswer {
  const own = (object: number, free: NativeCall): number => {
    if (object !== 0) owned.push(() => free(object));
    return object;
  };
  const lasting = (der: Uint8Array): number => certificates.of(der, lib.d2i_X509, lib.X509_free);
  const certificate = (der: Uint8Array): number =>
    isLasting(der) ? lasting(der) : own(fromDer(lib.d2i_X509, lib.X509_free, der), lib.X509_free);

  const subject = certificate(question.certificate);
  if (subject === 0) return { error: PATH_UNREADABLE, position: 0, chain: [] };
  const store = own(lib.X509_STORE_new(), lib.X509_STORE_free);
  for (const anchor of parsed(question.authorities, lasting)) lib.X509_STORE_add_cert(store, anchor);
  const list = (der: Uint8Array): number => revocationLists.of(der, lib.d2i_X509_CRL, lib.X509_CRL_free);
  for (const crl of parsed(question.revocation?.lists ?? [], list)) lib.X509_STORE_add_crl(store, crl);
  const stack = own(lib.OPENSSL_sk_new_null(), lib.OPENSSL_sk_free);
  for (const between of [...parsed(question.sent, certificate), ...parsed(question.intermediates, lasting)])
    lib.OPENSSL_sk_push(stack, between);

  const context = own(lib.X509_STORE_CTX_new(), lib.X509_STORE_CTX_free);
  lib.X509_STORE_CTX_init(context, store, subject, stack);
  setParameters(lib, lib.X509_STORE_CTX_get0_param(context), question);
  const good = lib.X509_verify_cert(context) === 1;
  return {
    // A call that went wrong without saying why must not be a success.
    error: good ? 0 : lib.X509_STORE_CTX_get_error(context) || 1,
    position: good ? 0 : lib.X509_STORE_CTX_get_error_depth(context),
    chain: chainOf(lib, context),
  };
}

/** What does not parse proves nothing and is left out. */
const parsed = (ders: readonly Uint8Array[], parse: (der: Uint8Array) => number): number[] =>
  ders.map(parse).filter((object) => object !== 0);

function setParameters(lib: Calls, parameters: number, { at, depth, revocation }: PathQuestion): void {
  const lists = revocation === undefined ? 0 : LISTS | (revocation.of === 'all' ? FLAG.CRL_CHECK_ALL : 0);
  const untimed = at === 'any' ? FLAG.NO_CHECK_TIME : 0;
  lib.X509_VERIFY_PARAM_set_flags(parameters, FLAG.PARTIAL_CHAIN | FLAG.POLICY_CHECK | lists | untimed);
  // Without it a chain that requires a policy would fail for having any (RFC 5280 §6.1.1 (c)).
  lib.X509_VERIFY_PARAM_add0_policy(parameters, lib.OBJ_nid2obj(ANY_POLICY));
  if (at !== 'any') lib.X509_VERIFY_PARAM_set_time(parameters, at);
  lib.X509_VERIFY_PARAM_set_depth(parameters, depth);
  // Strength is the caller's to judge, because it can say which rule of the configuration refused.
  lib.X509_VERIFY_PARAM_set_auth_level(parameters, 0);
}

function chainOf(lib: Calls, context: number): Uint8Array[] {
  const stack = lib.X509_STORE_CTX_get0_chain(context);
  if (stack === 0) return [];
  return Array.from({ length: lib.OPENSSL_sk_num(stack) }, (_, i) => toDer(lib, lib.OPENSSL_sk_value(stack, i)));
}

function toDer(lib: Calls, certificate: number): Uint8Array {
  const length = lib.i2d_X509(certificate, 0);
  const { bytes, view, address } = scratch(16 + length);
  view.setBigUint64(0, BigInt(address + 16), true);
  lib.i2d_X509(certificate, address);
  return bytes.slice(16, 16 + length);
}
