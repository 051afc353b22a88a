/** Where unpredictable bytes come from: the system's generator in a gateway, a seeded one in a simulation. */
export interface Random {
  /** Fresh octets that belong to the caller. */
  bytes(length: number): Uint8Array;
}

/** An unsigned 32-bit number. */
export function randomU32(random: Random): number {
  const bytes = random.bytes(4);
  let number = 0;
  for (let i = 0; i < 4; i++) number = (number << 8) | (bytes[i] ?? 0);
  return number >>> 0;
}

/** At least 0 and below 1, in steps of 2^-32. */
export const randomFraction = (random: Random): number => randomU32(random) / 2 ** 32;
