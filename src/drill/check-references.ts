import type { Duration } from '../base/instant.ts';
import type { ConfigPath } from '../config/config-error.ts';
import { durationText } from '../config/durations.ts';
import type { Refusal } from '../config/reading.ts';
import { SUBJECTS, WINDOW_KEYS } from './expectation-schema.ts';
import { unknownGateway } from './members.ts';
import type { DrillFile } from './schema.ts';
import { ACTION_NAMES } from './step-schema.ts';

type Report = (path: ConfigPath, refusal: Refusal, key?: boolean) => void;

/** Whether what the parts of a drill say of each other is so: names of gateways, moments, and one thing at a time. */
export function checkReferences(file: DrillFile, report: Report): void {
  const check = new References(file, report);
  for (const [i, { from, to, between = [] }] of file.traffic.entries()) {
    check.gateway(['traffic', i, 'from'], from);
    check.gateway(['traffic', i, 'to'], to);
    check.moments(['traffic', i, 'between'], between);
  }
  for (const [i, step] of file.script.entries()) check.step(['script', i], step);
  for (const [i, expectation] of file.expect.entries()) check.expectation(['expect', i], expectation);
}

class References {
  readonly #file: DrillFile;
  readonly #report: Report;

  constructor(file: DrillFile, report: Report) {
    this.#file = file;
    this.#report = report;
  }

  gateway(path: ConfigPath, name: string | undefined): void {
    const { gateways } = this.#file;
    if (name !== undefined && name !== 'any' && this.#gateway(name) === undefined)
      this.#report(path, unknownGateway(name, gateways));
  }

  moments(path: ConfigPath, moments: readonly Duration[]): void {
    const { duration } = this.#file;
    const late = moments.find((moment) => moment > duration);
    if (late !== undefined)
      this.#report(path, {
        code: 'TIME_OUTSIDE',
        message: `${durationText(late)} is after the end of the drill at ${durationText(duration)}`,
      });
    const [from, to] = moments;
    if (from !== undefined && to !== undefined && from > to)
      this.#report(path, { code: 'TIME_OUTSIDE', message: `${durationText(from)} is after ${durationText(to)}` });
  }

  step(path: ConfigPath, step: DrillFile['script'][number]): void {
    this.moments([...path, 'at'], [step.at]);
    const names = this.#exactlyOne(path, ACTION_NAMES, step);
    for (const name of names) {
      const value = step[name];
      if (typeof value === 'string') this.gateway([...path, name], value);
      else if (value !== undefined && 'gateway' in value) this.gateway([...path, name, 'gateway'], value.gateway);
      else if (value !== undefined)
        for (const end of ['from', 'to'] as const) this.gateway([...path, name, end], value[end]);
    }
    this.#needsNat([...path, 'rebootNat'], step.rebootNat);
    this.#needsNat([...path, 'moveNat', 'gateway'], step.moveNat?.gateway);
  }

  expectation(path: ConfigPath, expectation: DrillFile['expect'][number]): void {
    const [subject] = this.#exactlyOne(path, SUBJECTS, expectation);
    for (const end of ['on', 'from', 'to'] as const) this.gateway([...path, end], expectation[end]);
    const needed = subject === 'answered' ? (['from', 'to'] as const) : (['on'] as const);
    for (const key of needed)
      if (expectation[key] === undefined)
        this.#report(path, {
          code: 'MISSING_KEY',
          message: `${subject ?? 'an expectation'} needs ${JSON.stringify(key)}`,
        });
    const windows = WINDOW_KEYS.filter((key) => expectation[key] !== undefined);
    if (windows.length > 1)
      this.#report(path, { code: 'ONE_OF_SEVERAL', message: `one of ${windows.join(', ')}, not both` });
    for (const key of windows) this.moments([...path, key], [expectation[key] ?? []].flat());
    if ((expectation.most === undefined) !== (expectation.per === undefined))
      this.#report(path, { code: 'MISSING_KEY', message: '"most" and "per" belong together' });
  }

  #exactlyOne<Key extends string>(
    path: ConfigPath,
    keys: readonly Key[],
    given: { readonly [K in Key]?: unknown },
  ): Key[] {
    const found = keys.filter((key) => given[key] !== undefined);
    if (found.length !== 1)
      this.#report(path, {
        code: 'ONE_OF_SEVERAL',
        message: found.length === 0 ? 'nothing is said here' : `${found.join(' and ')} are two things`,
        hint: `write exactly one of ${keys.join(', ')}`,
      });
    return found;
  }

  #gateway(name: string): DrillFile['gateways'][string] | undefined {
    const { gateways } = this.#file;
    if (Object.hasOwn(gateways, name)) return gateways[name];
    const [, group = '', number] = /^(.*?)(\d+)$/.exec(name) ?? [];
    const found = Object.hasOwn(gateways, group) ? gateways[group] : undefined;
    return found !== undefined && found.count > 1 && Number(number) <= found.count ? found : undefined;
  }

  #needsNat(path: ConfigPath, name: string | undefined): void {
    const gateway = name === undefined ? undefined : this.#gateway(name);
    if (gateway !== undefined && gateway.nat === undefined)
      this.#report(path, {
        code: 'INVALID_VALUE',
        message: `${JSON.stringify(name)} is behind no NAT`,
        hint: 'give it `nat: {}`',
      });
  }
}
