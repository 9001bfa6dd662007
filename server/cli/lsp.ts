import type { Command } from 'commander';

/** `rescuer lsp --stdio`: the language server, which is a bundle of its own beside this one. */
export function addLsp(program: Command): void {
  program
    .command('lsp')
    .description('run the language server for an editor')
    .requiredOption('--stdio', 'talk over standard input and output')
    .action(async () => {
      await import(new URL('./server.mjs', import.meta.url).href);
    });
}
