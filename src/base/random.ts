/** Where unpredictable bytes come from: the system's generator in a gateway, a seeded one in a simulation. */
export interface Random {
  /** Fresh octets that belong to the caller. */
  bytes(length: number): Uint8Array;
}

/** An unsigned 32-bit number. */
export function randomU32(random: Random): number {
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

/** At least 0 and below 1, in steps of 2^-32. */
export const randomFraction = (random: Random): number => randomU32(random) / 2 ** 32;
