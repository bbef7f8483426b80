import {spawnSync} from 'node:child_process';
import {readFileSync, statSync, existsSync, readlinkSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import type {StarterPath} from '../../src/catalog/starter.ts';
import {exportDefinition} from '../../src/plan/definitions/export-definition.ts';
import {pathCommand} from '../../src/plan/definitions/path-commands.ts';
import {aLine, aPlan} from '../build/a-plan.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

const own = {owner: String(process.getuid?.() ?? 0), group: String(process.getgid?.() ?? 0), mode: '0750', link: null};

describe('a starter’s paths in sh', () => {
	const run = (path: StarterPath) => {
		const {status, stderr} = spawnSync('sh', ['-c', pathCommand(path)], {encoding: 'utf8'});
		expect([status, stderr]).toEqual([0, '']);
	};

	test('a file comes out to the byte, whatever it says', async () => {
		const path = join(await temporaryFolder('paths'), "conf.d/it's $HOME.conf");
		const content = 'a "quoted" $word\n\\and `more`\n’';
		run({...own, path, content});
		expect([readFileSync(path, 'utf8'), (statSync(path).mode & 0o777).toString(8)]).toEqual([content, '750']);
	});

	test('folders, links, and what has to go', async () => {
		const folder = await temporaryFolder('paths');
		run({...own, path: join(folder, 'a/b')});
		run({...own, path: join(folder, 'c/link'), link: '../a/b'});
		run({...own, path: join(folder, 'a'), absent: true});
		expect([existsSync(join(folder, 'a')), readlinkSync(join(folder, 'c/link'))]).toEqual([false, '../a/b']);
	});
});

const paths: readonly StarterPath[] = [
	{...own, path: '/run/early', beforeConfigure: true},
	{...own, path: '/etc/web.conf', content: 'port=80\n'},
];
const plan = aPlan([aLine('8', {paths})]);

test.each(['dockerfile', 'mmdebstrap'] as const)('%s: early paths before the packages, the others after', format => {
	const text = exportDefinition(plan, plan.lines[0]!, format);
	const places =
		format === 'dockerfile' ? ['/run/early', 'apt-get install', '/etc/web.conf'] : ['/run/early', '/etc/web.conf'];
	const found = places.map(place => text.indexOf(place));
	expect(found.every(place => place > 0)).toBe(true);
	expect(found).toEqual(found.toSorted((a, b) => a - b));
	if (format === 'mmdebstrap') {
		expect(text).toMatch(/--essential-hook=.*\/run\/early/);
		expect(text).toMatch(/--customize-hook=.*\/etc\/web\.conf/);
		expect(spawnSync('sh', ['-n'], {input: text}).status, 'is a script').toBe(0);
	}
});

test('apko is refused, with what to use instead', () => {
	expect(() => exportDefinition(plan, plan.lines[0]!, 'apko')).toThrow(/Alpine-like packages only/);
});
