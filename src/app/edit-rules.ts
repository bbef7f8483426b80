import {mkdir, readFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {parseRules} from '../actions/rules.ts';
import {writeFileAtomic} from '../base/atomic-file.ts';
import {isSystemError} from '../base/errors.ts';
import {slipwayPaths, type Environment} from '../base/paths.ts';
import {editInEditor} from './edit-in-editor.ts';

/** What a user begins from who has no rules yet. */
const template = `# When something happens to a private image, tell people or machines. The README explains each part.
rules: []
#  - name: tell-the-team
#    when: [build/failed, packages/security]
#    if: {images: ['*'], severity: packages}
#    then:
#      - webhook: {url: 'https://hooks.example.org/slipway', secret: {env: HOOK_SECRET}}
#      - command: [/usr/local/bin/on-slipway-event]
`;

const fileOf = (env: Environment): string => join(slipwayPaths(env).config, 'actions.yaml');

/** What a user begins from who edits the rules. */
export const readRules = (env: Environment): Promise<string> =>
	readFile(fileOf(env), 'utf8').catch((error: unknown) => {
		if (isSystemError(error, 'ENOENT')) return template;
		throw error;
	});

/** Throws `bad-input` with the places of all mistakes in `draft`; then nothing is changed. */
export async function saveRules(env: Environment, text: string, draft: string): Promise<void> {
	parseRules(text, draft);
	await mkdir(dirname(fileOf(env)), {recursive: true});
	await writeFileAtomic(fileOf(env), text, 0o600);
}

/** Has the user edit config/actions.yaml in $EDITOR. What cannot be is refused with its place, and nothing is changed. */
export const editRules = async (env: Environment): Promise<boolean> =>
	editInEditor('actions.yaml', await readRules(env), (text, draft) => saveRules(env, text, draft), env);
