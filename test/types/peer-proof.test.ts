import { describe, expect, it } from 'vitest';
import { parseIdentity } from '../../src/base/identity.ts';
import { provePreSharedKey } from '../../src/ike/auth/pre-shared-key.ts';
import { PeerProof } from '../../src/ike/auth/proof.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import type { Effect, NegotiatedSa } from '../../src/ike/effects.ts';
import type { Phase1Outcome } from '../../src/ike/exchange/main-mode.ts';
import type { QuickModeBasis } from '../../src/ike/exchange/quick-mode.ts';

/** The compiler is the test here (`npm run types`): each line that must not compile says so, and fails if it does. */
const identity = parseIdentity('@peer.example');
declare const sa: NegotiatedSa;
declare const unproved: Omit<Phase1Outcome, 'proof'>;

// @ts-expect-error a literal is no proof, whatever it has
const literal: PeerProof = { identity, valid: true };
// @ts-expect-error nor is one with a private field's name
const named: PeerProof = { identity, valid: true, '#minted': true };
// @ts-expect-error the constructor is private
const constructed = (): PeerProof => new PeerProof(identity);
// @ts-expect-error an SA is not installed without proof
const withoutProof = (): Effect => ({ type: 'install-sa', sa });
// @ts-expect-error nor with something like it
const withLiteral = (): Effect => ({ type: 'install-sa', sa, proof: { identity, valid: true } });
// @ts-expect-error Quick Mode does not begin without proof
const established = (): QuickModeBasis => ({ phase1: unproved, messageId: 1, pair: 1 });
// @ts-expect-error proof does not change whose it is
const changed = (proof: PeerProof): unknown => (proof.identity = identity);

describe('a proof of a peer', () => {
  it('cannot be made by hand: the lines above do not compile', () => {
    const none = [literal, named, constructed, withoutProof, withLiteral, established, changed];
    expect(none).toHaveLength(7);
  });

  it('is valid only where ike/auth minted it, even for code that was never compiled', () => {
    const hash = Uint8Array.of(1, 2, 3);
    const minted = provePreSharedKey(nativeProvider, identity, hash, hash.slice());
    expect(minted.valid).toBe(true);
    const forged: unknown = Object.create(PeerProof.prototype);
    expect(() => (forged as PeerProof).valid).toThrow(TypeError);
  });
});
