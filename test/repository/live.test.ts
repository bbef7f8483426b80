import {execFileSync} from 'node:child_process';
import {expect} from 'vitest';
import {openRepository} from '../../src/repository/deb/debian-repository.ts';
import {join} from 'node:path';
import {readFile} from 'node:fs/promises';
import {testNeeding} from '../support/needs.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

testNeeding('debian-mirror', 'apt')(
	'Debian stable: verified with the keys of the archive, compiled, a package fetched that dpkg reads',
	async () => {
		const cacheFolder = join(await temporaryFolder('live'), 'cache');
		const repository = await openRepository({cacheFolder});
		const wanted = {releases: ['trixie'], architectures: ['amd64']} as const;
		const suites = await repository.refresh(wanted);
		expect(suites.map(({suite, state}) => [suite, state !== null])).toEqual([
			['trixie', true],
			['trixie-updates', true],
			['trixie-security', true],
		]);
		const index = await repository.openIndex('trixie', 'amd64');
		expect(index.packageCount).toBeGreaterThan(60_000);
		expect(index.essentialPackages().map(id => index.nameOf(id))).toContain('dpkg');
		expect(index.providersOf('awk').map(({id}) => index.nameOf(id))).toContain('mawk');

		const tini = index.record(index.packagesNamed('tini')[0]!);
		const files = await repository.fetchPackages([tini]);
		const fields = execFileSync('dpkg-deb', ['--field', files.get(tini.sha256)!, 'Package', 'Version'], {
			encoding: 'utf8',
		});
		expect(fields).toBe(`Package: tini\nVersion: ${tini.version}\n`);
		expect(await readFile(files.get(tini.sha256)!)).toHaveLength(tini.downloadSizeBytes);

		const again = await repository.refresh(wanted);
		expect(again.map(({outcome}) => outcome)).toEqual(['unchanged', 'unchanged', 'unchanged']);
	},
	180_000,
);
