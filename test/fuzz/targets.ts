import { CaptureTarget } from './capture-target.ts';
import { ConfigTarget } from './config-target.ts';
import { ControlTarget } from './control-target.ts';
import { EspTarget } from './esp-target.ts';
import { IkeTarget } from './ike-target.ts';
import type { Target } from './target.ts';
import { WireTarget } from './wire-target.ts';

/** Everything that takes octets from outside. */
export const TARGETS: Readonly<Record<string, () => Target>> = {
  ike: () => new IkeTarget(),
  wire: () => new WireTarget(),
  esp: () => new EspTarget(),
  capture: () => new CaptureTarget(),
  config: () => new ConfigTarget(),
  control: () => new ControlTarget(),
};
