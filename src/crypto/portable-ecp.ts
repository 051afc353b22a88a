import { concat } from '../base/bytes.ts';
import { type Curve, CURVES } from './curves.ts';
import { type EcpName, GROUPS } from './groups.ts';
import { numberOf, octetsOf } from './octet-number.ts';
import { bigIntegers } from './portable-libraries.ts';
import { badPublicValue, requirePublicLength } from './public-value.ts';

interface Affine {
  readonly x: bigint;
  readonly y: bigint;
}

/** A point in Jacobian coordinates, x/z² and y/z³, which spare a division at each step; z is 0 at infinity. */
interface Jacobian extends Affine {
  readonly z: bigint;
}

const INFINITY: Jacobian = { x: 1n, y: 1n, z: 0n };

/** x | y of the point d·G, each coordinate as long as the field (RFC 5903 §7). */
export function publicValueEcp(group: EcpName, privateValue: Uint8Array): Uint8Array {
  const curve = CURVES[group];
  const { x, y } = times(numberOf(privateValue), curve, curve.prime);
  const { secretBytes } = GROUPS[group];
  return concat(octetsOf(x, secretBytes), octetsOf(y, secretBytes));
}

/** The x coordinate of d·Q (RFC 5903 §7, erratum 2409); INVALID_KEY_INFORMATION where Q is not a point of the curve. */
export function agreeEcp(group: EcpName, privateValue: Uint8Array, peerPublic: Uint8Array): Uint8Array {
  requirePublicLength(group, peerPublic);
  const curve = CURVES[group];
  const { secretBytes } = GROUPS[group];
  const [x, y] = [numberOf(peerPublic.subarray(0, secretBytes)), numberOf(peerPublic.subarray(secretBytes))];
  // All three curves have a prime number of points, so each point of the curve is one of the group (RFC 6989 §2.3).
  if (!isOnCurve(x, y, curve)) throw badPublicValue(group, 'not a point of the curve');
  return octetsOf(times(numberOf(privateValue), { x, y }, curve.prime).x, secretBytes);
}

function isOnCurve(x: bigint, y: bigint, { prime, b }: Curve): boolean {
  return x < prime && y < prime && (y * y - (x * x * x - 3n * x + b)) % prime === 0n;
}

/** From the highest bit of the scalar to the lowest: double, and add where the bit is set. */
function times(scalar: bigint, point: Affine, prime: bigint): Affine {
  let result = INFINITY;
  for (const bit of scalar.toString(2)) {
    result = double(result, prime);
    if (bit === '1') result = sum(result, point, prime);
  }
  return affine(result, prime);
}

/** 2P on a curve with a = -3, so that 3x² + az⁴ = 3(x - z²)(x + z²). */
function double({ x, y, z }: Jacobian, prime: bigint): Jacobian {
  const yy = (y * y) % prime;
  const s = (4n * x * yy) % prime;
  const m = (3n * (x - z * z) * (x + z * z)) % prime;
  const doubled = (m * m - 2n * s) % prime;
  return { x: doubled, y: (m * (s - doubled) - 8n * yy * yy) % prime, z: (2n * y * z) % prime };
}

function sum(p: Jacobian, q: Affine, prime: bigint): Jacobian {
  if (p.z === 0n) return { ...q, z: 1n };
  const zz = (p.z * p.z) % prime;
  const h = (q.x * zz - p.x) % prime;
  const r = (q.y * zz * p.z - p.y) % prime;
  if (h === 0n) return r === 0n ? double(p, prime) : INFINITY;
  const [hh, hhh] = [(h * h) % prime, (h * h * h) % prime];
  const x = (r * r - hhh - 2n * p.x * hh) % prime;
  return { x, y: (r * (p.x * hh - x) - p.y * hhh) % prime, z: (h * p.z) % prime };
}

/** A scalar below the order never leads to infinity. */
function affine({ x, y, z }: Jacobian, prime: bigint): Affine {
  const { modInv, toZn } = bigIntegers();
  const inverse = modInv(z, prime);
  return { x: toZn(x * inverse ** 2n, prime), y: toZn(y * inverse ** 3n, prime) };
}
