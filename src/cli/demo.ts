import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ControlError } from '../client/control-client.ts';
import { whatKernelLacks } from '../esp/xfrm/kernel-probe.ts';
import { Cleanup } from './demo/cleanup.ts';
import type { Scene } from './demo/gateway-process.ts';
import { loopbackStage } from './demo/loopback.ts';
import { namespacesStage, type Peer, whyNoNamespaces } from './demo/namespaces.ts';
import { type Paint, paintFor } from './demo/paint.ts';
import { play } from './demo/play.ts';
import type { Stage } from './demo/stage.ts';
import { reportingErrors } from './report-error.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

export interface DemoOptions {
  /** Default: namespaces where this process may have them, else loopback. */
  readonly stage?: 'loopback' | 'namespaces';
  readonly peer: Peer;
  /** ESP in the kernel; default in the gateways' processes. */
  readonly kernel?: boolean;
}

/** `sallyport demo`: two gateways in two processes negotiate a tunnel, and pings go through it. */
export function demo(options: DemoOptions, terminal: Terminal): Promise<ExitStatus> {
  const paint = paintFor(process.stdout.isTTY, terminal.env);
  return reportingErrors(terminal, async () => {
    const cleanup = new Cleanup();
    try {
      const scene = await newScene(terminal, cleanup);
      const stage = await setUp(options, scene, terminal, paint);
      for (const line of stage.cast) terminal.out(`  ${line}`);
      const { interrupted: signal } = terminal;
      const failures = await play(stage, { out: (line) => terminal.out(line), paint, signal });
      terminal.out('');
      if (failures.length > 0) throw new ControlError('DEMO_FAILED', failures.join('\n'));
      terminal.out(paint('green', 'It works: every ping went through the tunnel and came back.'));
    } catch (error) {
      // What fails while everything is being ended fails because of that.
      throw terminal.interrupted.aborted ? new ControlError('INTERRUPTED', 'interrupted') : error;
    } finally {
      await cleanup.close();
    }
  });
}

async function newScene(terminal: Terminal, cleanup: Cleanup): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-demo-'));
  cleanup.defer(
    () => rm(folder, { recursive: true, force: true }),
    () => rmSync(folder, { recursive: true, force: true }),
  );
  return { folder, psk: randomBytes(32).toString('base64url'), signal: terminal.interrupted, cleanup };
}

async function setUp(options: DemoOptions, scene: Scene, terminal: Terminal, paint: Paint): Promise<Stage> {
  const { peer, stage, kernel = false } = options;
  const demanding = whatDemandsNamespaces(options);
  if (stage === 'loopback' && demanding !== undefined)
    throw new ControlError('NO_STAGE', `${demanding} needs the stage namespaces`);
  const who = peer === 'strongswan' ? 'sallyport and strongSwan' : 'two sallyport gateways';
  terminal.out(paint('bold', `Demonstration: ${who} make an IKEv1 tunnel with NAT traversal`));
  if (stage === 'loopback') return loopbackStage(scene);
  const needed = stage === 'namespaces' || demanding !== undefined;
  const obstacle = await obstacleTo(options);
  if (obstacle !== undefined && needed) throw new ControlError('NO_STAGE', obstacle);
  if (obstacle === undefined && needed) return namespacesStage({ peer, kernel }, scene);
  return obstacle === undefined ? tryNamespaces(scene, terminal) : onLoopback(obstacle, scene, terminal);
}

const whatDemandsNamespaces = ({ peer, kernel }: DemoOptions): string | undefined => {
  if (peer === 'strongswan') return 'strongSwan';
  return kernel === true ? 'ESP in the kernel' : undefined;
};

const obstacleTo = async ({ peer, kernel }: DemoOptions): Promise<string | undefined> =>
  (await whyNoNamespaces(peer)) ?? (kernel === true ? whatKernelLacks([]) : undefined);

/** What looked possible may not be: containers forbid in many ways. */
async function tryNamespaces(scene: Scene, terminal: Terminal): Promise<Stage> {
  const cleanup = new Cleanup();
  scene.cleanup.defer(
    () => cleanup.close(),
    () => undefined,
  );
  try {
    return await namespacesStage({ peer: 'sallyport', kernel: false }, { ...scene, cleanup });
  } catch (error) {
    await cleanup.run();
    if (!(error instanceof ControlError) || scene.signal.aborted) throw error;
    return onLoopback(error.message, scene, terminal);
  }
}

function onLoopback(obstacle: string, scene: Scene, terminal: Terminal): Promise<Stage> {
  terminal.out(`On the loopback interface, because ${obstacle}.`);
  return loopbackStage(scene);
}
