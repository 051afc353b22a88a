import { hex32 } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';
import { hasErrno, NetlinkSocket } from '../../linux/netlink.ts';
import { type NetlinkMessage, NLM_F, readAttributes, writeAttributes } from '../../linux/netlink-message.ts';
import type { EspCounters, Spi } from '../sa.ts';
import { readCarried } from './lifetime.ts';
import { type writeMigration, writeMigration as migrationBody } from './migrate.ts';
import { IPPROTO_ESP, NETLINK_XFRM, XFRM_MSG, XFRMA } from './numbers.ts';
import {
  readStandingPolicy,
  type StandingPolicy,
  writePolicy,
  writePolicyId,
  type XfrmPolicy,
  type XfrmPolicyId,
} from './policy.ts';
import { readSpdInfo, type SpdInfo, writeSpdInfoRequest } from './spd-info.ts';
import { FIRST_SPI } from '../sa.ts';
import {
  COUNTERS_BYTES,
  readState,
  readStandingState,
  type StandingState,
  writeCountersRequest,
  writeSpiRequest,
  writeState,
  writeStateId,
  type XfrmState,
  type XfrmStateId,
} from './state.ts';

const LAST_SPI: Spi = 0xffff_ffff;

/** States and policies of the kernel. Every refusal is a BACKEND_FAILED with the errno's name and the kernel's words. */
export class XfrmNetlink {
  readonly #socket = new NetlinkSocket(NETLINK_XFRM);

  close(): void {
    this.#socket.close();
  }

  /** An SPI that no other state to this destination has; it is given back after 30 s if no state takes it (net.core.xfrm_acq_expires). */
  allocateSpi(ends: Pick<XfrmState, 'source' | 'destination' | 'mode' | 'reqid'>): Spi {
    const body = writeSpiRequest(ends, FIRST_SPI, LAST_SPI);
    const [answer] = this.#socket.request(XFRM_MSG.ALLOCSPI, 0, body, `SPI for ${ends.destination}`);
    if (answer === undefined) throw new IkeError('BACKEND_FAILED', { what: 'SPI', reason: 'the kernel said none' });
    return readState(answer.body).spi;
  }

  /** Takes the place of what was made by `allocateSpi`; where that is gone again, the state is a new one. */
  addInbound(state: XfrmState): void {
    try {
      this.#socket.request(XFRM_MSG.UPDSA, 0, writeState(state), stateText(state));
    } catch (error) {
      if (!hasErrno(error, 'ESRCH', 'ENOENT')) throw error;
      this.addState(state);
    }
  }
  addState(state: XfrmState): void {
    this.#socket.request(XFRM_MSG.NEWSA, NLM_F.CREATE | NLM_F.EXCL, writeState(state), stateText(state));
  }
  /** Of a state that stands, the ports and limits become these; keys, counts and replay window stay, whatever is said about them. */
  updateState(state: XfrmState): void {
    this.#socket.request(XFRM_MSG.UPDSA, 0, writeState(state), stateText(state));
  }
  /** One that is gone is no error. */
  deleteState(id: XfrmStateId): void {
    const end = `end of ${stateText(id)}`;
    this.#tolerating(['ESRCH'], () => this.#socket.request(XFRM_MSG.DELSA, 0, writeStateId(id), end));
  }
  /** Whether a device does the work of a state. The kernel tells its keys with it, of which nothing is kept. */
  isOffloaded(id: XfrmStateId): boolean {
    const what = `device of ${stateText(id)}`;
    const read = ({ body }: NetlinkMessage): boolean => readStandingState(body).offloaded;
    return this.#socket.requestOfSecrets(XFRM_MSG.GETSA, 0, writeStateId(id), what, read).includes(true);
  }
  /** What a state has carried; undefined where there is none. Its keys are never asked for. */
  counters(id: XfrmStateId): EspCounters | undefined {
    return this.#tolerating(['ESRCH'], () => {
      const request = writeCountersRequest(id);
      const [answer] = this.#socket.request(XFRM_MSG.GETAE, 0, request, `counters of ${stateText(id)}`);
      const carried = answer && readAttributes(answer.body.subarray(COUNTERS_BYTES)).get(XFRMA.LTIME_VAL);
      return carried && readCarried(carried);
    });
  }

  /** @throws IkeError BACKEND_FAILED also where somebody else has a policy with this selector */
  addPolicy(policy: XfrmPolicy): void {
    this.#socket.request(XFRM_MSG.NEWPOLICY, NLM_F.CREATE | NLM_F.EXCL, writePolicy(policy), policyText(policy));
  }
  /** In place: at no moment is there none. */
  replacePolicy(policy: XfrmPolicy): void {
    this.#socket.request(XFRM_MSG.UPDPOLICY, 0, writePolicy(policy), policyText(policy));
  }
  /** One that is gone is no error. */
  deletePolicy(id: XfrmPolicyId): void {
    const end = `end of ${policyText(id)}`;
    this.#tolerating(['ENOENT'], () => this.#socket.request(XFRM_MSG.DELPOLICY, 0, writePolicyId(id), end));
  }
  /** Everybody's. */
  policies(): StandingPolicy[] {
    const messages = this.#socket.dump(XFRM_MSG.GETPOLICY, new Uint8Array(64), 'policies');
    return messages.flatMap(({ body }) => readStandingPolicy(body) ?? []);
  }
  /** Everybody's of ESP, larval ones too. The kernel tells their keys with them, of which nothing is kept. */
  states(): StandingState[] {
    const body = writeAttributes([[XFRMA.PROTO, Uint8Array.of(IPPROTO_ESP)]]);
    return this.#socket.dumpOfSecrets(XFRM_MSG.GETSA, body, 'states', (message) => readStandingState(message.body));
  }
  spdInfo(): SpdInfo {
    const [answer] = this.#socket.request(XFRM_MSG.GETSPDINFO, 0, writeSpdInfoRequest(), 'number of policies');
    return readSpdInfo(answer?.body ?? new Uint8Array(4));
  }
  migrate(policy: XfrmPolicyId, migration: Parameters<typeof writeMigration>[1]): void {
    this.#socket.request(XFRM_MSG.MIGRATE, 0, migrationBody(policy, migration), `move of ${policyText(policy)}`);
  }

  #tolerating<T>(errnos: readonly string[], action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      if (!hasErrno(error, ...errnos)) throw error;
      return undefined;
    }
  }
}

const stateText = ({ destination, spi }: XfrmStateId): string => `ESP state ${hex32(spi)} to ${destination}`;

function policyText({ direction, selector: { source, destination } }: XfrmPolicyId): string {
  return `policy ${direction} ${source.address}/${source.length} to ${destination.address}/${destination.length}`;
}
