import { printExpression } from '../expression.js';
import type { Assignment, Step } from '../scenario.js';
import { plainMemory } from './call-primitives.js';

/** What a step of an extracted program does, in words of the kernel: `allocates clone from mapped_device.bs, GFP_NOIO`. */
export function describeStep(step: Step): string {
  switch (step.do) {
    case 'alloc':
      if (step.set === plainMemory) return `makes ${step.bio} out of plain memory`;
      return `allocates ${step.bio} from ${step.set}, ${allocation(step.gfp)}`;
    case 'new':
      return `makes ${step.bio} out of plain memory`;
    case 'submit':
      return `submits ${step.bio} to ${step.device === 'self' ? 'the device itself' : `the ${step.device}`}`;
    case 'chain':
      return `makes ${step.parent} wait for ${step.bio}`;
    case 'hold':
      return `makes ${step.bio} wait for one more bio_endio()`;
    case 'end':
      return `ends ${step.bio}`;
    case 'free':
      return `frees ${step.bio}, which was never submitted`;
    case 'await':
      return `waits until ${step.bio} has ended`;
    case 'keep':
      return `puts ${step.bio} on ${step.list}`;
    case 'each':
      return `takes each ${step.bio} from ${step.list}`;
    case 'pop':
      return `takes ${step.bio} from ${step.list}`;
    case 'take':
      return `takes an element of ${step.pool}, ${allocation(step.gfp)}`;
    case 'give':
      return `gives its elements of ${step.pool} back`;
    case 'carry': {
      const what = step.from === null ? `its elements of ${step.pool}` : `an element of ${step.pool} from ${step.from}`;
      return `lets ${step.bio} carry ${what} to its end`;
    }
    case 'lock':
      return `takes ${step.lock}${step.mode === 'read' ? ' for reading' : ''}`;
    case 'trylock':
      return `tries to take ${step.lock}`;
    case 'unlock':
      return `releases ${step.lock}`;
    case 'wait':
      return `waits until ${step.text === '' ? printExpression(step.until) : step.text}`;
    case 'set':
      return `sets ${step.assignments.map(assignment).join(', ')}`;
    case 'let':
      return `sets ${step.variable} = ${printExpression(step.to)}`;
    case 'queue':
      return `queues ${step.work}${step.bio === null ? '' : ` with ${step.bio}`}`;
    case 'flush':
      return `waits until ${step.work ?? step.queue ?? 'the queue'} has run`;
    case 'arm':
      return `from here, a sleep hands parked bios to the rescuers of their sets${isZero(step) ? ', NULL or not' : ''}`;
    case 'disarm':
      return 'from here, parked bios stay where they are again';
    case 'bug':
      return `crashes: ${step.text}`;
    default:
      return step.do;
  }
}

function isZero({ guard }: Extract<Step, { do: 'arm' }>): boolean {
  return guard.kind === 'number' && guard.value === 0;
}

function allocation(gfp: 'NOIO' | 'NOWAIT' | 'KERNEL'): string {
  return gfp === 'NOWAIT' ? 'without waiting' : `GFP_${gfp}: waits for one`;
}

function assignment({ variable, field, to }: Assignment): string {
  return `${field === null ? variable : `${variable}.${field}`} = ${printExpression(to)}`;
}
