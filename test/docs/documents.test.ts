import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {packageRoot} from '../../src/base/package-root.ts';
import {generatedDocuments, withSection} from './documents.ts';

test('the README and the schemas tell what the code does: `npm run docs` would change nothing', async () => {
	const documents = await generatedDocuments();
	expect(documents.length).toBeGreaterThan(0);
	for (const {path, text} of documents) {
		expect(await readFile(join(packageRoot(), path), 'utf8').catch(() => ''), path).toBe(text);
	}
});

test('a section that has no place in the README is an error', () => {
	expect(() => withSection('# Title\n', ['keys', 'x'])).toThrow('README.md lacks');
});
