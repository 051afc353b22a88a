// @ts-check
// Removes what a former build left, so that a file deleted from src is not published from dist.
import { rmSync } from 'node:fs';

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
