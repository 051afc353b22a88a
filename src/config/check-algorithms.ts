import { phase1SuiteText, phase2SuiteText } from '../crypto/suites.ts';
import type { Report } from './assemble.ts';
import type { GatewayConfig } from './config.ts';

/** Algorithms that are there because peers still need them. */
const WEAK: Readonly<Record<string, string>> = {
  '3des': '3des has blocks of 64 bits, which collide after some gigabytes',
  sha1: 'sha1 has known collisions',
  modp1024: 'modp1024 can be broken by those with much money',
};

/** A warning for each proposal that has one of them. */
export function checkAlgorithms({ connections }: GatewayConfig, report: Report): void {
  for (const [i, { phase1, phase2 }] of connections.entries()) {
    for (const [name, texts] of [
      ['phase1', phase1.proposals.map(phase1SuiteText)],
      ['phase2', phase2.proposals.map(phase2SuiteText)],
    ] as const) {
      for (const [j, text] of texts.entries()) {
        const reasons = text.split('-').flatMap((part) => WEAK[part] ?? []);
        if (reasons.length > 0)
          report(['connections', i, name, 'proposals', j], {
            code: 'WEAK_ALGORITHM',
            message: `${text}: ${reasons.join('; ')}`,
          });
      }
    }
  }
}
