import { type Duration, milliseconds, seconds } from '../base/instant.ts';
import { ConfigError, type ConfigIssue, type ConfigPath } from '../config/config-error.ts';
import { objectDocument, type SourceDocument, yamlDocument } from '../config/document.ts';
import { keysAt } from '../config/known-keys.ts';
import type { Refusal } from '../config/reading.ts';
import { issueAt, translate } from '../config/translate.ts';
import { checkReferences } from './check-references.ts';
import type { Action, Drill, Step } from './drill.ts';
import { expectationOf } from './expectations.ts';
import { membersIn } from './members.ts';
import { type DrillFile, drillJsonSchema, drillSchema } from './schema.ts';
import { ACTION_NAMES } from './step-schema.ts';

export interface CheckedDrill {
  /** Absent where there are errors. */
  readonly drill?: Drill;
  readonly errors: readonly ConfigIssue[];
}

/** Ours: a small appliance is back so soon. */
const REBOOT = seconds(10);

/** A drill from YAML, or from an object of the same shape. @throws ConfigError with everything that is wrong with it */
export function parseDrill(input: string | object): Drill {
  const { drill, errors } = checkDrill(input);
  if (drill === undefined) throw new ConfigError(errors, 'drill');
  return drill;
}

/** As `parseDrill`, but tells instead of throwing. */
export function checkDrill(input: string | object): CheckedDrill {
  const document = typeof input === 'string' ? yamlDocument(input) : objectDocument(input);
  if (document.issues.length > 0) return { errors: document.issues };
  const result = drillSchema().safeParse(document.data);
  if (!result.success)
    return { errors: result.error.issues.flatMap((issue) => translate(issue, document, keysAt(drillJsonSchema()))) };
  return assembled(result.data, document);
}

function assembled(file: DrillFile, document: SourceDocument): CheckedDrill {
  const errors: ConfigIssue[] = [];
  const report = (path: ConfigPath, refusal: Refusal, key?: boolean): void => {
    const issue = issueAt(document, path, refusal, key);
    const isThere = errors.some(({ path: other, code }) => code === issue.code && other.join() === path.join());
    if (!isThere) errors.push(issue);
  };
  checkReferences(file, report);
  const members = membersIn(file, report);
  if (errors.length > 0) return { errors };
  const { name, purpose, duration, path } = file;
  const named = (group: string) => members.filter((member) => member.group === group);
  const traffic = file.traffic.flatMap(({ from, to, every, between: [start, end] = [milliseconds(0), duration] }) =>
    named(from).flatMap((a) =>
      named(to).map((b) => ({ from: a.name, to: b.name, every, span: { from: start, to: end } })),
    ),
  );
  return {
    drill: {
      ...{ name, purpose, duration, path, members, traffic },
      script: file.script.map(stepOf).toSorted((a, b) => a.at - b.at),
      expectations: file.expect.map((expectation) => expectationOf(expectation, duration)),
    },
    errors,
  };
}

function stepOf(step: DrillFile['script'][number]): Step {
  const action = actionOf(step);
  const length = step.for ?? (action.kind === 'reboot' ? REBOOT : undefined);
  return { at: step.at, until: length === undefined ? undefined : sum(step.at, length), action };
}

const sum = (a: Duration, b: Duration): Duration => milliseconds(a + b);

/** `checkReferences` has seen that there is exactly one. */
function actionOf(step: DrillFile['script'][number]): Action {
  const [kind = 'start'] = ACTION_NAMES.filter((name) => step[name] !== undefined);
  return { kind, of: step[kind] } as Action;
}
