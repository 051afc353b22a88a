import { nativeProvider } from '../../src/crypto/native.ts';
import { portableProvider } from '../../src/crypto/portable.ts';
import type { CryptoProvider } from '../../src/crypto/provider.ts';

/** Both implementations: every vector and every property runs on each. */
export const PROVIDERS: readonly CryptoProvider[] = [nativeProvider, portableProvider];
