import { IkeError } from '../../base/errors.ts';
import type { AnyPayload, Payload } from './payload.ts';
import type { PayloadName } from './registry.ts';

/** The payloads of one message, looked up by name. */
export class Payloads {
  /** In the order of the message. */
  readonly list: readonly AnyPayload[];

  constructor(list: readonly AnyPayload[]) {
    this.list = list;
  }

  /** The only payload of that name; throws PAYLOAD_MALFORMED where there is none (`missing`) or more than one (`repeated`). */
  one<N extends PayloadName>(name: N): Payload<N> {
    const found = this.optional(name);
    if (found === undefined) throw new IkeError('PAYLOAD_MALFORMED', { missing: name });
    return found;
  }

  /** The payload of that name, or undefined; throws PAYLOAD_MALFORMED where there is more than one. */
  optional<N extends PayloadName>(name: N): Payload<N> | undefined {
    let found: Payload<N> | undefined;
    for (const payload of this.list) {
      if (!isNamed(payload, name)) continue;
      if (found !== undefined) throw new IkeError('PAYLOAD_MALFORMED', { repeated: name });
      found = payload;
    }
    return found;
  }

  /** All payloads of that name, in the order of the message. */
  all<N extends PayloadName>(name: N): readonly Payload<N>[] {
    return this.list.filter((payload) => isNamed(payload, name));
  }
}

const isNamed = <N extends PayloadName>(payload: AnyPayload, name: N): payload is Extract<AnyPayload, Payload<N>> =>
  payload.name === name;
