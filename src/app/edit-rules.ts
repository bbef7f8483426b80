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

/** Has the user edit config/actions.yaml in $EDITOR. What cannot be is refused with its place, and nothing is changed. */
export async function editRules(env: Environment): Promise<boolean> {
	const file = join(slipwayPaths(env).config, 'actions.yaml');
	const before = await readFile(file, 'utf8').catch((error: unknown) => {
		if (isSystemError(error, 'ENOENT')) return template;
		throw error;
	});
	return editInEditor('actions.yaml', before, async (text, draft) => {
		parseRules(text, draft);
		await mkdir(dirname(file), {recursive: true});
		await writeFileAtomic(file, text, 0o600);
	});
}
