import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {makeFolder} from '../../src/base/make-folder.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

test('many that make folders below the same missing ones at once all succeed', async () => {
	const root = await temporaryFolder('make');
	for (let round = 0; round < 50; round++) {
		const names = Array.from({length: 8}, (_, at) => join(root, `a${round}`, 'b', 'c', `d${at % 3}`));
		await Promise.all([...names, join(root, `a${round}`), join(root, `a${round}`, 'b')].map(makeFolder));
		for (const name of names) expect((await stat(name)).isDirectory()).toBe(true);
	}
});

test('a file system that takes none ends it with a word', async () => {
	await expect(makeFolder('/proc/slipway/cache')).rejects.toMatchObject({code: 'storage'});
});
