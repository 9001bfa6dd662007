/** The settings of package.json, section `rescuer`. */
export interface Settings {
  readonly tree: string;
  readonly base: string;
  readonly findings: 'caused' | 'all';
  readonly checkSources: boolean;
}

/** What holds when the client has no configuration to ask. */
export const defaultSettings: Settings = { tree: '', base: '', findings: 'caused', checkSources: true };

/** Reads what a client sent, any shape; what is missing or of the wrong type gets its default. */
export function readSettings(sent: unknown): Settings {
  const given = (typeof sent === 'object' && sent !== null ? sent : {}) as Record<string, unknown>;
  return {
    tree: typeof given.tree === 'string' ? given.tree : defaultSettings.tree,
    base: typeof given.base === 'string' ? given.base : defaultSettings.base,
    findings: given.findings === 'all' ? 'all' : defaultSettings.findings,
    checkSources: typeof given.checkSources === 'boolean' ? given.checkSources : defaultSettings.checkSources,
  };
}
