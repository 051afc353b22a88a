/**
 * `sallyport/sim`: gateways on a virtual clock, with links and NAT boxes between them, for an embedder's own tests.
 *
 * Whatever happens by chance comes from a seed: the same seed is the same run. Types that the engine's events and options are
 * made of have their names in `sallyport/core`.
 */
export { requireIpAddress, type IpAddress } from './base/address.ts';
export { instant, milliseconds, seconds, type Duration, type Instant } from './base/instant.ts';
export { readCapture, type CapturedFrame } from './capture/capture-file.ts';
export { captured, type CapturedDatagram } from './capture/udp.ts';
export { writeCapture, type PacketToWrite } from './capture/write-capture.ts';
export type { SimulatedCertificates } from './sim/certificates.ts';
export type { HostCapture } from './sim/host-capture.ts';
export type { SimulatedPsk } from './sim/job-work.ts';
export type { SimulatedPing } from './sim/memory-esp.ts';
export type { Host, TimedEvent } from './sim/host.ts';
export type { HostOptions } from './sim/host-options.ts';
export { InvariantBroken } from './sim/invariants.ts';
export type { Link, LinkCounters, LinkDirection, LinkQuality, OnPath } from './sim/link.ts';
export type { NatBox, NatBoxOptions } from './sim/nat-box.ts';
export type { Attachment, Packet } from './sim/packet.ts';
export {
  parseRecording,
  recordingText,
  replay,
  type EndpointInput,
  type RecordedCall,
  type Recording,
} from './sim/record.ts';
export type { Router } from './sim/router.ts';
export { SeededRandom } from './sim/seeded-random.ts';
export { World } from './sim/world.ts';
