import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { VERSION } from '../gateway/version.ts';
import { addControlCommands } from './control-commands.ts';
import type { DecodeOptions } from './decode.ts';
import type { DemoOptions } from './demo.ts';
import type { DrillOptions } from './drill.ts';
import type { LogOptions } from './event-log.ts';
import { EXIT, type ExitStatus, type Terminal } from './terminal.ts';

/** Runs a command line, without the program's name in front. Each command is loaded when it is asked for. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  let status: ExitStatus = EXIT.done;
  const program = commandLine(terminal, (ended) => {
    status = ended;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    // Help and version are thrown too, with a status of 0; everything else that commander throws is wrong usage.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    terminal.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
    terminal.err('this is a defect of sallyport');
    return EXIT.failed;
  }
}

function commandLine(terminal: Terminal, end: (status: ExitStatus) => void): Command {
  const program = new Command('sallyport')
    .description('An IKEv1 IPsec VPN gateway.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    });
  addFileCommands(program, terminal, end);
  addControlCommands(program, terminal, end);
  addDecode(program, terminal, end);
  addDemo(program, terminal, end);
  addDrill(program, terminal, end);
  return program;
}

interface RunFlags {
  readonly logLevel: LogOptions['level'];
  readonly logFormat: LogOptions['format'];
  readonly unsafeKeyLog?: string;
}

function addFileCommands(program: Command, terminal: Terminal, end: (status: ExitStatus) => void): void {
  program
    .command('run')
    .description('run a gateway until Ctrl-C')
    .argument('<file>', 'configuration; - is standard input')
    .addOption(
      new Option('--log-level <level>', 'least level of the events to log')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    )
    .addOption(
      new Option('--log-format <format>', 'how to log them, on standard error')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('--unsafe-key-log <file>', 'write the keys of IKE to a file: whoever reads it can read the negotiations')
    .action(async (file: string, { logLevel: level, logFormat: format, unsafeKeyLog }: RunFlags) => {
      const { run } = await import('./run.ts');
      end(await run(file, { level, format, unsafeKeyLog }, terminal));
    });
  program
    .command('check')
    .description('say everything that is wrong with a configuration, or what it will do')
    .argument('<file>', 'configuration; - is standard input')
    .option('--json', 'the issues as JSON', false)
    .action(async (file: string, options: { json: boolean }) => {
      const { check } = await import('./check.ts');
      end(check(file, options, terminal));
    });
}

function addDecode(program: Command, terminal: Terminal, end: (status: ExitStatus) => void): void {
  const port = (text: string): number => {
    if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
    throw new InvalidArgumentError('not a port');
  };
  program
    .command('decode')
    .description('print the IKEv1 messages of a capture, decrypted where their keys are known')
    .argument('<file>', 'capture (pcap or pcapng, gzipped or not); - is standard input')
    .addOption(
      new Option('--psk <key>', 'pre-shared key: @FILE, env:NAME, or the key itself; may be given more than once')
        .argParser((text: string, before: readonly string[]) => [...before, text])
        .default([], 'none'),
    )
    .option('--keys <file>', 'what is known of single SAs, by initiator cookie: docs/decode.md')
    .option('--json', 'an object a line for each message', false)
    .addOption(new Option('--ike-port <port>', 'UDP port of IKE').argParser(port).default(500))
    .addOption(new Option('--natt-port <port>', 'UDP port of IKE and ESP after NAT').argParser(port).default(4500))
    .action(
      async (
        file: string,
        { ikePort, nattPort, ...options }: Omit<DecodeOptions, 'ports'> & { ikePort: number; nattPort: number },
      ) => {
        const { decode } = await import('./decode.ts');
        end(decode(file, { ...options, ports: { ike: ikePort, natt: nattPort } }, terminal));
      },
    );
}

function addDemo(program: Command, terminal: Terminal, end: (status: ExitStatus) => void): void {
  program
    .command('demo')
    .description('two gateways in two processes, a negotiation, and pings through the tunnel; needs no rights')
    .addOption(
      new Option('--stage <stage>', 'where; default: namespaces where this process may have them').choices([
        'loopback',
        'namespaces',
      ]),
    )
    .addOption(
      new Option('--peer <peer>', 'who is at the other end; strongswan needs root and its packages')
        .choices(['sallyport', 'strongswan'])
        .default('sallyport'),
    )
    .option('--kernel', 'ESP in the kernel; needs root and a kernel that has it')
    .action(async (options: DemoOptions) => {
      const { demo } = await import('./demo.ts');
      end(await demo(options, terminal));
    });
}

function addDrill(program: Command, terminal: Terminal, end: (status: ExitStatus) => void): void {
  program
    .command('drill')
    .description('play out how gateways fail, on virtual time, and hold what they do to what they should')
    .argument('[drills...]', 'names of drills, files, or all')
    .option('--list', 'a line for each drill that comes with sallyport', false)
    .option('--live', 'in real time, with real processes in network namespaces; needs root', false)
    .option('--sim', 'in a simulation, which is the default')
    .addOption(
      new Option('--seeds <from..to>', 'a run for each of these seeds; one number is one run')
        .argParser(parseSeeds)
        .default([1, 1], '1'),
    )
    .option('--json', 'the verdicts as lines of JSON', false)
    .option('--junit <file>', 'the verdicts as XML, for build servers')
    .option('--html <file>', 'one page with a picture of each run')
    .option('--pcap <folder>', 'what each gateway sent and received, with the keys, for Wireshark')
    .action(async (drills: readonly string[], options: DrillOptions) => {
      const { drill } = await import('./drill.ts');
      end(await drill(drills, options, terminal));
    });
}

function parseSeeds(text: string): readonly [number, number] {
  const [, from = '', to = from] = /^(\d{1,9})(?:\.\.(\d{1,9}))?$/.exec(text) ?? [];
  if (from === '' || Number(to) < Number(from)) throw new InvalidArgumentError('write a number, or two like 1..100');
  return [Number(from), Number(to)];
}
