import type { Finding, Report } from '../../server/review/types.js';

/** A finding to vary. */
export const finding: Finding = {
  id: 'rescuer-flag-dropped:drivers/md/veil.c:veil_alloc:struct veil_device.bs',
  rule: 'rescuer-flag-dropped',
  level: 'error',
  status: 'introduced',
  message: 'struct veil_device.bs loses its rescuer',
  patch: 1,
  fixedBy: null,
  set: 'struct veil_device.bs',
  location: { file: 'drivers/md/veil.c', side: 'old', line: 186, column: 5, endLine: 186, endColumn: 24 },
  excerpt: '\t\t\t BIOSET_NEED_RESCUER);',
  mail: { file: 'veil.mbox', line: 52 },
  related: [
    {
      message: 'allocates in this loop',
      location: { file: 'drivers/md/veil.c', side: 'new', line: 136, column: 11, endLine: 136, endColumn: 53 },
    },
  ],
  simulation: { scenario: 'pool', strategy: 'flag-dropped', parameters: { reserve: 16, pieces: 17, tasks: 1 } },
  verdict: null,
  trace: null,
};

/** A report of a series of two patches with these findings. */
export function reportOf(...findings: readonly Finding[]): Report {
  return {
    schema: 'rescuer-report/1',
    series: {
      subject: 'veil: get rid of the rescuer thread',
      version: 1,
      patches: [
        { index: 1, subject: 'veil: do without the rescuer thread', messageId: '<1@example.org>' },
        { index: 2, subject: 'veil: simplify the test for parked bios', messageId: null },
      ],
    },
    base: { kind: 'directory', revision: null, why: 'given by --tree' },
    era: { id: 'D', version: '4.14.177', evidence: 'kernel version 4.14.177' },
    coverage: ['Paths are followed within one function.'],
    findings,
    refuted: [],
    suppressed: [],
  };
}
