import { phase1SuiteText, phase1SuiteWarnings, phase2SuiteText, phase2SuiteWarnings } from '../crypto/suites.ts';
import type { Report } from './assemble.ts';
import type { ConnectionConfig, GatewayConfig } from './config.ts';

/** A warning for each proposal with an algorithm that is there because peers still need it, and for cryptography that is. */
export function checkAlgorithms({ gateway, connections }: GatewayConfig, report: Report): void {
  if (gateway.crypto === 'portable')
    report(['gateway', 'crypto'], {
      code: 'NOT_CONSTANT_TIME',
      message: 'the time that portable cryptography takes depends on the keys, and it is slow',
      hint: 'leave crypto out, unless OpenSSL is what you want to do without',
    });
  for (const [i, connection] of connections.entries()) {
    for (const { phase, index, text, reasons } of weaknesses(connection)) {
      if (reasons.length === 0) continue;
      report(['connections', i, phase, 'proposals', index], {
        code: 'WEAK_ALGORITHM',
        message: `${text}: ${reasons.join('; ')}`,
      });
    }
  }
}

function weaknesses({ phase1, phase2 }: ConnectionConfig) {
  return [
    ...phase1.proposals.map((suite, index) => ({
      phase: 'phase1',
      index,
      text: phase1SuiteText(suite),
      reasons: phase1SuiteWarnings(suite),
    })),
    ...phase2.proposals.map((suite, index) => ({
      phase: 'phase2',
      index,
      text: phase2SuiteText(suite),
      reasons: phase2SuiteWarnings(suite),
    })),
  ];
}
