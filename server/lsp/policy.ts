import { type Connection, MessageType, ShowMessageNotification } from 'vscode-languageserver';
import { applyPolicy, noPolicy, type Policy, today } from '../review/policy.js';
import { policyOf } from '../review/policy-file.js';
import type { Report } from '../review/types.js';
import type { TreeSource } from '../series/types.js';
import { UserError } from '../text.js';

/** Mistakes that were told already: a report is made at each edit. */
const told = new Set<string>();

/** A report without what the configuration of its tree accepts. One that cannot be read accepts nothing, and is told of once. */
export async function withPolicy(connection: Connection, source: TreeSource, report: Report): Promise<Report> {
  return applyPolicy(report, await readPolicy(connection, source), today());
}

async function readPolicy(connection: Connection, source: TreeSource): Promise<Policy> {
  try {
    return await policyOf(source);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const line = error.message.split('\n')[0] ?? '';
    const key = `${source.root} ${line}`;
    // VS Code makes links of `[text](command:…)` in notifications.
    const message = `Rescuer: ${line.replaceAll('](', '] (')}`;
    if (!told.has(key))
      connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Warning, message });
    told.add(key);
    return noPolicy;
  }
}
