import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { inProject } from '../project.ts';

export const ENTRIES = ['index', 'wire', 'core', 'sim', 'drill', 'client'] as const;
export type Entry = (typeof ENTRIES)[number];

/** Everything that the declarations of an entry point say, in alphabetical order. */
export interface ApiReport {
  readonly text: string;
  readonly exported: readonly string[];
  /** What something exported is made of, and the entry itself does not export. */
  readonly forgotten: readonly string[];
}

/** The reports of all entry points, from declarations that are made anew. */
export function apiReports(): Readonly<Record<Entry, ApiReport>> {
  mkdirSync(inProject('.cache'), { recursive: true });
  const folder = mkdtempSync(inProject('.cache/api-'));
  try {
    copyFileSync(inProject('package.json'), `${folder}/package.json`);
    const tsc = inProject('node_modules/typescript/bin/tsc');
    const args = ['-p', inProject('tsconfig.build.json'), '--outDir', `${folder}/dist`];
    execFileSync(process.execPath, [tsc, ...args], { stdio: 'pipe' });
    const reports = ENTRIES.map((entry) => [entry, report(folder, entry)] as const);
    return Object.fromEntries(reports) as Record<Entry, ApiReport>;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(folder: string, entry: Entry): ApiReport {
  const file = `${entry}.api.md`;
  const forgotten = new Set<string>();
  const { succeeded } = Extractor.invoke(configuration(folder, entry, file), {
    localBuild: true,
    messageCallback(message) {
      message.handled = true;
      if (message.messageId === 'ae-forgotten-export') forgotten.add(/"(.*?)"/.exec(message.text)?.[1] ?? message.text);
      else if (message.logLevel === ExtractorLogLevel.Error) throw new Error(message.text);
    },
  });
  if (!succeeded) throw new Error(`no report of ${entry}`);
  const text = readFileSync(`${folder}/${file}`, 'utf8');
  const exported = [...text.matchAll(/^export (?:abstract )?(?:class|const|function|interface|type) (\w+)/gm)];
  return { text, exported: exported.map(([, name = '']) => name), forgotten: [...forgotten].sort() };
}

function configuration(folder: string, entry: Entry, reportFileName: string): ExtractorConfig {
  const none = { logLevel: ExtractorLogLevel.None };
  const compilerOptions = { module: 'nodenext', target: 'es2023', lib: ['es2023'], types: ['node'], strict: true };
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: `${folder}/package.json`,
    configObject: {
      projectFolder: folder,
      newlineKind: 'lf',
      mainEntryPointFilePath: `${folder}/dist/${entry}.d.ts`,
      compiler: { overrideTsconfig: { compilerOptions, files: [`dist/${entry}.d.ts`] } },
      apiReport: {
        enabled: true,
        reportFileName,
        reportFolder: folder,
        reportTempFolder: `${folder}/temp`,
        includeForgottenExports: false,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Error },
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.Warning },
          'ae-missing-release-tag': none,
          'ae-undocumented': none,
        },
        tsdocMessageReporting: { default: none },
      },
    },
  });
}
