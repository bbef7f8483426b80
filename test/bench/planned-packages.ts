import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {PlannedPackage} from '../../src/plan/plan.ts';
import {parseFields} from '../support/control-fields.ts';
import type {Deb} from '../support/deb.ts';
import {startDebianRepository, type DebianRepository} from '../support/debian-repository.ts';
import {mustRun} from '../support/run-program.ts';
import type {SlipwayHome} from '../support/slipway.ts';

/** A repository on loopback of exactly the packages of a plan, from the files that Slipway has downloaded. */
export async function servePlannedPackages(
	home: SlipwayHome,
	suite: string,
	packages: readonly PlannedPackage[],
): Promise<DebianRepository> {
	const folder = join(home.env['SLIPWAY_HOME'] ?? '', 'cache/packages');
	const debs: Deb[] = [];
	for (const {name, version, architecture, sha256} of packages) {
		const file = join(folder, `${sha256}.deb`);
		const bytes = await readFile(file);
		const fields = parseFields((await mustRun('dpkg-deb', ['--field', file])).stdout);
		const fileName = `${name}_${version.replace(/^\d+:/, '')}_${architecture}.deb`;
		debs.push({
			name,
			version,
			architecture,
			fields,
			bytes,
			sha256,
			sizeBytes: bytes.length,
			fileName,
			poolArea: 'main',
		});
	}
	return startDebianRepository({suites: {[suite]: debs}, releases: [suite], architectures: ['amd64']});
}
