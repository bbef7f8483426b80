import {mkdir, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {LinePlan} from '../../../src/plan/plan.ts';
import type {Segment} from '../../../src/build/engines/native/segment.ts';
import {mustRun} from '../../support/run-program.ts';

export interface PeerInput {
	readonly line: LinePlan;
	/** By SHA-256. */
	readonly segments: ReadonlyMap<string, Segment>;
	/** Package files by SHA-256. */
	readonly packageFiles: ReadonlyMap<string, string>;
	/** An empty folder. */
	readonly folder: string;
}

/** Has mmdebstrap make a root from exactly the packages of a line, out of a repository on disk. Returns its tar file. */
export async function runMmdebstrap({line, segments, packageFiles, folder}: PeerInput): Promise<string> {
	const repository = join(folder, 'repository');
	await mkdir(repository, {recursive: true});
	const paragraphs: string[] = [];
	for (const {name, version, architecture, sha256, downloadSize} of line.packages) {
		const file = `${name}_${version.replaceAll(':', '%3a')}_${architecture}.deb`;
		const control = segments.get(sha256)?.control.trimEnd() ?? '';
		await symlink(packageFiles.get(sha256) ?? '', join(repository, file));
		paragraphs.push(`${control}\nFilename: ./${file}\nSize: ${downloadSize}\nSHA256: ${sha256}\n`);
	}
	await writeFile(join(repository, 'Packages'), paragraphs.join('\n'));
	const target = join(folder, 'peer.tar');
	const include = line.packages.map(({name, version}) => `${name}=${version}`).join(',');
	// The links that base-files brings since trixie. mmdebstrap's own hook needs usr-is-merged from outside of the plan.
	const merge = 'for d in bin sbin lib lib64; do mkdir -p "$1/usr/$d"; ln -s "usr/$d" "$1/$d"; done';
	await mustRun(
		'mmdebstrap',
		[
			'--mode=root',
			'--variant=essential',
			...['essential/unlink', 'download/empty'].map(step => `--skip=${step}`),
			...(line.suite === 'bookworm' ? [`--setup-hook=${merge}`] : []),
			`--include=${include}`,
			'--aptopt=APT::Install-Recommends "false"',
			'',
			target,
			`deb [trusted=yes] copy:${repository} ./`,
		],
		{timeoutMs: 600_000},
	);
	return target;
}
