/**
 * `sallyport/drill`: drills, which play out how gateways fail and hold what they do to what they should. For the tests of whoever
 * embeds the gateway, on its own topology and configuration.
 *
 * Types of events and configurations have their names in `sallyport/core` and `sallyport`.
 */
export { catalogue, type CatalogueEntry } from './drill/catalogue.ts';
export type {
  Action,
  ConfigurationFile,
  Drill,
  Expectation,
  Member,
  Packets,
  Span,
  Step,
  Traffic,
} from './drill/drill.ts';
export { checkDrill, parseDrill, type CheckedDrill } from './drill/parse-drill.ts';
export type { DrillRecord, Life, Sent, Told } from './drill/record.ts';
export { htmlReport, type ShownRun } from './drill/report-html.ts';
export { junitReport, type DrillRuns } from './drill/report-junit.ts';
export { reportLines } from './drill/report-text.ts';
export { runDrill, type DrillVerdict } from './drill/run-drill.ts';
export type { GatewayCapture, SimulateOptions } from './drill/simulate.ts';
export type { PacketKind } from './drill/step-schema.ts';
export type { Finding } from './drill/verdict.ts';
