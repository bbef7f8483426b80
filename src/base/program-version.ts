import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {packageRoot} from './package-root.ts';

export function programVersion(): string {
	const manifest = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {readonly version: string};
	return manifest.version;
}
