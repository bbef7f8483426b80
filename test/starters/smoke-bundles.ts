import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {BundleContent} from '../../src/build/engine.ts';
import type {PackageIndex, PackageRepository} from '../../src/repository/package-index.ts';
import {makeAuthority} from '../support/certificates.ts';
import {mustRun} from '../support/run-program.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import type {SmokeProgram} from './smoke-programs.ts';

type BundleFile = BundleContent['files'][number];

/** What smoke programs need of the outside: the same for all of them. */
export interface SmokeTools {
	readonly files: readonly BundleFile[];
	readonly authority: BundleContent;
}

/** A shell with wget and nc, statically linked, since minimal images have none; certificates; and what starts a check. */
export async function makeSmokeTools(repository: PackageRepository, index: PackageIndex): Promise<SmokeTools> {
	const {authority, servers} = makeAuthority('Smoke Root', ['trusted', 'stranger']);
	return {
		files: [
			fileAt('/smoke/busybox', await busyboxOf(repository, index), 0o755),
			fileAt('/smoke/probe.sh', program('probe.sh')),
			...servers.flatMap(({name, certificate, key, pkcs12}) => [
				fileAt(`/smoke/tls/${name}.crt`, Buffer.from(certificate)),
				fileAt(`/smoke/tls/${name}.key`, Buffer.from(key)),
				fileAt(`/smoke/tls/${name}.p12`, pkcs12),
			]),
		],
		authority: {
			name: 'smoke-ca',
			version: 1,
			kind: 'certificates',
			files: [fileAt('/usr/local/share/ca-certificates/smoke-ca/root.crt', Buffer.from(authority))],
		},
	};
}

/** The engine's own form of bundles: no file repository would take a program of two megabytes, or a private key. */
export function bundlesOf({check, programs = []}: SmokeProgram, tools: SmokeTools): readonly BundleContent[] {
	const own = [
		fileAt('/smoke/check.sh', Buffer.from(`${check}\n`)),
		...programs.map(name => fileAt(`/smoke/programs/${name}`, program(name))),
	];
	return [tools.authority, {name: 'smoke', version: 1, kind: 'files', files: [...tools.files, ...own]}];
}

const program = (name: string) => readFileSync(join(import.meta.dirname, 'programs', name));

const fileAt = (path: string, content: Uint8Array, mode = 0o644): BundleFile => ({path, content, mode, uid: 0, gid: 0});

async function busyboxOf(repository: PackageRepository, index: PackageIndex): Promise<Buffer> {
	const [id] = index.packagesNamed('busybox-static');
	if (id === undefined) throw new Error(`${index.release} has no busybox-static`);
	const record = index.record(id);
	const file = (await repository.fetchPackages([record])).get(record.sha256) ?? '';
	const folder = await temporaryFolder('busybox');
	await mustRun('dpkg-deb', ['--extract', file, folder]);
	return readFileSync(join(folder, 'usr/bin/busybox'));
}
