import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {packageRoot} from '../../src/base/package-root.ts';
import {generatedDocuments} from './documents.ts';

/** `npm run docs`: writes what is out of date; with --check only says so and fails. */
const isCheck = process.argv.includes('--check');
for (const {path, text} of await generatedDocuments()) {
	const file = join(packageRoot(), path);
	const current = await readFile(file, 'utf8').catch(() => '');
	if (current === text) continue;
	if (isCheck) process.exitCode = 1;
	else await writeFile(file, text);
	process.stdout.write(`${path}: ${isCheck ? 'out of date; `npm run docs` writes it anew' : 'written'}\n`);
}
