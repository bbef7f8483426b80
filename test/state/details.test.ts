import {describe, expect, test} from 'vitest';
import {configText, setConfig, type ConfigField} from '../../state/composer/details.ts';
import {newDraft} from '../../state/composer/draft.ts';
import {testStarter} from '../support/tui-services.ts';

const draft = newDraft(testStarter('php', ['8.4']));

describe('details as they are typed', () => {
	test.each<[ConfigField, string, unknown]>([
		['user', '65532:65532', '65532:65532'],
		['workdir', '/srv/app', '/srv/app'],
		['entrypoint', '/usr/bin/tini -- "my app"', ['/usr/bin/tini', '--', 'my app']],
		['cmd', String.raw`sh -c 'echo "hi"' a\ b ""`, ['sh', '-c', 'echo "hi"', 'a b', '']],
		['ports', '9000 53/udp', ['9000/tcp', '53/udp']],
		['labels', 'team=web note="two words"', {team: 'web', note: 'two words'}],
		['stopSignal', 'SIGQUIT', 'SIGQUIT'],
	])('%s: %s', (field, text, value) => {
		const set = setConfig(draft, field, text);
		expect(set).toMatchObject({kind: 'ok', draft: {config: {[field]: value}}});
		if (set.kind !== 'ok') return;
		// What is shown can be typed again.
		const again = setConfig(draft, field, configText(set.draft.config, field));
		expect(again).toEqual(set);
		expect(setConfig(set.draft, field, ' ')).toMatchObject({draft: {config: {}}});
	});

	test.each<[ConfigField, string, string]>([
		['workdir', 'srv', 'A path in the image begins with /.'],
		['ports', '9000 99999', 'A port is 1 to 65535'],
		['entrypoint', 'echo "open', 'A quote is not closed.'],
		['labels', 'team', '“team” is not KEY=VALUE.'],
		['user', 'two words', 'A name or number'],
		['stopSignal', 'TERM', 'A signal such as SIGTERM'],
	])('%s: %s is refused', (field, text, reason) => {
		expect(setConfig(draft, field, text)).toMatchObject({
			kind: 'refused',
			reason: expect.stringContaining(reason) as unknown,
		});
	});
});
