import { type Command, InvalidArgumentError, Option } from 'commander';
import type { EventsOptions } from './events.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

/** Where `control.socket` puts it by default. */
const SOCKET = '/run/sallyport.sock';
const MOST_EVENTS = 1000;

type End = (status: ExitStatus) => void;

const socket = (): Option => new Option('--socket <path>', 'control socket of the gateway').default(SOCKET);

/** The commands that talk to a running gateway. */
export function addControlCommands(program: Command, terminal: Terminal, end: End): void {
  addStatus(program, terminal, end);
  addEvents(program, terminal, end);
  addConnectionCommands(program, terminal, end);
  program
    .command('reload')
    .description('make the gateway read its configuration file anew; what did not change stays up')
    .addOption(socket())
    .action(async (options: { socket: string }) => {
      const { reload } = await import('./reload.ts');
      end(await reload(options, terminal));
    });
}

function addStatus(program: Command, terminal: Terminal, end: End): void {
  program
    .command('status')
    .description('tell what is up, what is not, since when, and why')
    .option('--json', 'everything, as JSON', false)
    .addOption(socket())
    .action(async (options: { json: boolean; socket: string }) => {
      const { status } = await import('./status.ts');
      end(await status(options, terminal));
    });
}

function addEvents(program: Command, terminal: Terminal, end: End): void {
  const count = (text: string): number => {
    if (/^\d{1,4}$/.test(text) && Number(text) <= MOST_EVENTS) return Number(text);
    throw new InvalidArgumentError(`not a number up to ${MOST_EVENTS}`);
  };
  program
    .command('events')
    .description('tell what happens, until Ctrl-C')
    .option('--json', 'as lines of JSON', false)
    .option('--connection <name>', 'only of this connection')
    .addOption(
      new Option('--level <level>', 'least level').choices(['debug', 'info', 'warn', 'error']).default('debug'),
    )
    .addOption(
      new Option('--name <name>', 'only events of this name, dpd.* for all that begin so; may be given more than once')
        .argParser((text: string, before: readonly string[]) => [...before, text])
        .default([], 'all'),
    )
    .addOption(new Option('--last <count>', 'so many of the last above debug come first').argParser(count).default(0))
    .addOption(socket())
    .action(async (options: EventsOptions) => {
      const { events } = await import('./events.ts');
      end(await events(options, terminal));
    });
}

function addConnectionCommands(program: Command, terminal: Terminal, end: End): void {
  program
    .command('up')
    .description('bring a connection up')
    .argument('<connection>', 'its name in the configuration')
    .addOption(socket())
    .action(async (connection: string, options: { socket: string }) => {
      const { up } = await import('./up.ts');
      end(await up(connection, options, terminal));
    });
  program
    .command('down')
    .description('take a connection down and keep it so')
    .argument('<connection>', 'its name in the configuration')
    .addOption(socket())
    .action(async (connection: string, options: { socket: string }) => {
      const { down } = await import('./down.ts');
      end(await down(connection, options, terminal));
    });
  program
    .command('rekey')
    .description('negotiate successors of its SAs now; those that stand carry on until then')
    .argument('<connection>', 'its name in the configuration')
    .addOption(new Option('--phase <phase>', 'of which phase').choices(['1', '2']).default('2'))
    .addOption(socket())
    .action(async (connection: string, options: { socket: string; phase: '1' | '2' }) => {
      const { rekey } = await import('./rekey.ts');
      end(await rekey(connection, { socket: options.socket, phase: options.phase === '1' ? 1 : 2 }, terminal));
    });
}
