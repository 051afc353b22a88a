import { concat } from '../base/bytes.ts';
import { type Curve, CURVES } from './curves.ts';
import { type EcpName, GROUPS } from './groups.ts';
import { numberOf, octetsOf } from './octet-number.ts';
import { bigIntegers } from './portable-libraries.ts';
import { badPublicValue, requirePublicLength } from './public-value.ts';

/** A point in Jacobian coordinates, x/z² and y/z³, which spare a division at each step; z is 0 at infinity. */
interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

const INFINITY: Point = { x: 1n, y: 1n, z: 0n };

/** x | y of the point d·G, each coordinate as long as the field (RFC 5903 §7). */
export function publicValueEcp(group: EcpName, privateValue: Uint8Array): Uint8Array {
  const curve = CURVES[group];
  const { x, y } = affine(times(numberOf(privateValue), { ...curve, z: 1n }, curve.prime), curve.prime);
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
  const shared = affine(times(numberOf(privateValue), { x, y, z: 1n }, curve.prime), curve.prime);
  return octetsOf(shared.x, secretBytes);
}

function isOnCurve(x: bigint, y: bigint, { prime, b }: Curve): boolean {
  return x < prime && y < prime && (y * y - (x * x * x - 3n * x + b)) % prime === 0n;
}

/** From the highest bit of the scalar to the lowest: double, and add where the bit is set. */
function times(scalar: bigint, point: Point, prime: bigint): Point {
  let result = INFINITY;
  for (const bit of scalar.toString(2)) {
    result = double(result, prime);
    if (bit === '1') result = sum(result, point, prime);
  }
  return result;
}

/** 2P on a curve with a = -3, so that 3x² + az⁴ = 3(x - z²)(x + z²). */
function double({ x, y, z }: Point, prime: bigint): Point {
  const yy = (y * y) % prime;
  const s = (4n * x * yy) % prime;
  const m = (3n * (x - z * z) * (x + z * z)) % prime;
  const doubled = (m * m - 2n * s) % prime;
  return reduced(doubled, m * (s - doubled) - 8n * yy * yy, 2n * y * z, prime);
}

function sum(p: Point, q: Point, prime: bigint): Point {
  if (p.z === 0n) return q;
  const [pzz, qzz] = [(p.z * p.z) % prime, (q.z * q.z) % prime];
  const u = (p.x * qzz) % prime;
  const s = (p.y * qzz * q.z) % prime;
  const h = (q.x * pzz - u) % prime;
  const r = (q.y * pzz * p.z - s) % prime;
  if (h === 0n) return r === 0n ? double(p, prime) : INFINITY;
  const [hh, hhh] = [(h * h) % prime, (h * h * h) % prime];
  const x = (r * r - hhh - 2n * u * hh) % prime;
  return reduced(x, r * (u * hh - x) - s * hhh, h * p.z * q.z, prime);
}

const reduced = (x: bigint, y: bigint, z: bigint, prime: bigint): Point => ({
  x: x % prime,
  y: y % prime,
  z: z % prime,
});

/** x and y themselves. A scalar below the order never leads to infinity. */
function affine({ x, y, z }: Point, prime: bigint): { readonly x: bigint; readonly y: bigint } {
  const { modInv, toZn } = bigIntegers();
  const inverse = modInv(z, prime);
  return { x: toZn(x * inverse ** 2n, prime), y: toZn(y * inverse ** 3n, prime) };
}
