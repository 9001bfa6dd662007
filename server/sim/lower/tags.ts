import { assign, less, plus } from '../machine.js';
import type { DeviceLayout } from './kernel.js';
import { type Sleeper, whenBlocked } from './scope.js';
import { takeOff } from './submit.js';

/** blk_mq_get_tag(): a leaf with all its tags in use makes the submitter sleep in io_schedule(), which flushes its plug. */
export function emitTag(sleeper: Sleeper, device: DeviceLayout): void {
  const { kernel, current } = sleeper;
  const { inFlight } = device;
  if (!inFlight) return;
  const free = less(inFlight.count, inFlight.limit);
  const effect = [...takeOff(kernel, current, device), assign(inFlight.count, plus(inFlight.count, 1))];
  const start = current.process.here();
  const after = current.process.label();
  current.process.emit({
    source: 'blk_mq_get_tag()',
    waits: { kind: 'device', index: device.number - 1 },
    alternatives: [
      { guard: free, effect, next: after, action: `hands the bio to ${device.name}` },
      ...whenBlocked(sleeper, free, start),
    ],
  });
  current.process.place(after);
}
