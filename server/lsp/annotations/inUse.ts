import { addAnnotations } from '../../model/extract/library.js';
import { ScenarioError } from '../../model/yaml.js';
import type { Workspace } from '../workspace.js';
import { treeAnnotations } from './annotate.js';

/** What is in use besides what ships. */
let inUse = '';

/**
 * Takes the file of annotations at the top of the tree that a document belongs to into use, as it is on disk: what a patch
 * would make of it does not count, and nothing in a workspace that is not trusted. One that cannot be read says nothing; its
 * diagnostics say why.
 */
export async function useAnnotations(workspace: Workspace, uri: string): Promise<void> {
  const root = workspace.trusted ? await workspace.treeOf(uri) : null;
  const source = root === null ? null : await workspace.host.disk.openDirectory(root, 'the tree').catch(() => null);
  const text = (await source?.read(treeAnnotations)) ?? '';
  if (text === inUse) return;
  inUse = text;
  try {
    addAnnotations({ [treeAnnotations]: text });
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    addAnnotations({});
  }
}
