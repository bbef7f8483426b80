import {expect, test} from 'vitest';
import {makeDeb} from './deb.ts';
import {startDebianRepository} from './debian-repository.ts';
import {describeNeeding} from './needs.ts';
import {makePrivateApt} from './private-apt.ts';

describeNeeding('apt', 'root')('apt with folders of its own', () => {
	test('takes a test’s repository for a Debian archive and plans from it', async () => {
		const repository = await startDebianRepository({
			suites: {
				trixie: [
					makeDeb({name: 'tool', fields: {Depends: 'library (>= 2)'}}),
					makeDeb({name: 'library', version: '2.0-1'}),
				],
				'trixie-security': [makeDeb({name: 'library', version: '2.0-1+deb13u1'})],
			},
		});
		try {
			const {mirror, securityMirror, keyringFile} = repository;
			const apt = await makePrivateApt({releases: ['trixie'], mirror, securityMirror, keyringFile});
			const {stderr} = await apt.update();
			expect(stderr).toBe('');
			const {stdout, exitCode} = await apt.simulateInstall(['tool']);
			expect(exitCode).toBe(0);
			const installed = stdout.split('\n').filter(line => line.startsWith('Inst '));
			expect(
				installed.map(line =>
					line
						.replace(/ \[amd64\].*/, '')
						.split(' ')
						.slice(1, 3)
						.join(' '),
				),
			).toEqual(['library (2.0-1+deb13u1', 'tool (1.0-1']);
			expect((await apt.simulateInstall(['absent'])).exitCode).toBe(100);
		} finally {
			await repository.close();
		}
	});
});
