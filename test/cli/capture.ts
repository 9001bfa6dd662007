import { run } from '../../server/cli/run.js';

export interface Captured {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process, with `input` on its standard input. */
export async function rescuer(args: readonly string[], input = ''): Promise<Captured> {
  let out = '';
  let err = '';
  const code = await run(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    input: async () => new TextEncoder().encode(input),
    colour: false,
    interactive: false,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}
