import {chownSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {packageRoot} from '../../src/base/package-root.ts';
import {makeDeb} from '../support/deb.ts';
import {hostPackages} from '../support/host-packages.ts';
import {describeNeeding} from '../support/needs.ts';
import {runProgram} from '../support/run-program.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {findOrdinaryUser} from '../support/test-user.ts';
import {inputOf, openWorkshop, Recorder} from './support/a-line.ts';

describeNeeding(
	'apt',
	'root',
	'ordinary-user',
	'user-namespaces',
)('an ordinary user', () => {
	const user = findOrdinaryUser();
	const tool = makeDeb({
		name: 'tool',
		files: [
			{path: '/usr/bin/tool', content: 'x', mode: 0o4755, uid: 0, gid: 42},
			{path: '/var/lib/tool', directory: true, mode: 0o2770, uid: 33, gid: 33},
		],
		scripts: {
			postinst:
				'#!/bin/sh\nset -e\ninstall -o 1 -g 60000 -m 640 /dev/null /var/lib/tool/state\nmkdir -m 1777 /var/lib/tool/spool\n',
		},
	});

	test('makes the very image that root makes', async () => {
		if (user === null) throw new Error('there is no ordinary user');
		const starter = [...hostPackages(['perl-base']), tool];
		const input = inputOf({starter});
		const rootly = await openWorkshop(starter);
		const signal = new AbortController().signal;
		const {manifest} = await rootly.engine.buildLine({...input, signal}, new Recorder());

		const folder = await temporaryFolder('ordinary', user);
		mkdirSync(join(folder, 'packages'));
		for (const {sha256, bytes} of starter) writeFileSync(join(folder, 'packages', sha256), bytes);
		writeFileSync(join(folder, 'input.json'), JSON.stringify(input));
		chownSync(join(folder, 'packages'), user.uid, user.gid);
		const script = join(packageRoot(), 'test/engine/support/build-from-folder.ts');
		const {uid, gid} = user;
		const env = {PATH: process.env['PATH'], HOME: folder};
		const result = await runProgram(process.execPath, ['--no-warnings', script, folder], {uid, gid, env, cwd: folder});
		expect(result.stderr).toBe('');
		expect(result.stdout.trim()).toBe(manifest.digest);
		expect(readdirSync(join(folder, 'cache/rootfs')).filter(name => name.endsWith('.tmp'))).toEqual([]);
	});
});
