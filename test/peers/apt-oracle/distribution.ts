import {execFile} from 'node:child_process';
import {mkdir, readdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {chooseMirror} from '../../../src/repository/deb/mirror.ts';
import {readAptSources} from '../../../src/repository/deb/apt-sources.ts';
import type {SuiteText} from './apt-root.ts';

const run = promisify(execFile);
const helper = '/usr/lib/apt/apt-helper';
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * The Packages files of a release with its updates and security suites: those that this machine's apt has, else fetched
 * and verified by an apt with a root of its own in `folder`.
 */
export async function suitesOf(release: string, architecture: string, folder: string): Promise<readonly SuiteText[]> {
	const own = await listedSuites('/var/lib/apt/lists', release, architecture);
	if (own.length === 3) return own;
	const lists = join(folder, 'lists');
	await mkdir(join(lists, 'partial'), {recursive: true});
	await mkdir(join(folder, 'archives/partial'), {recursive: true});
	await writeFile(join(folder, 'status'), '');
	const {roots} = chooseMirror({mirror: null, sources: readAptSources()});
	const sources = [
		`deb [signed-by=${keyring}] ${roots.main[0]} ${release} main`,
		`deb [signed-by=${keyring}] ${roots.main[0]} ${release}-updates main`,
		`deb [signed-by=${keyring}] ${roots.security[0]} ${release}-security main`,
	];
	await writeFile(join(folder, 'sources.list'), `${sources.join('\n')}\n`);
	const options = [
		`Dir::Etc::sourcelist=${join(folder, 'sources.list')}`,
		'Dir::Etc::sourceparts=/dev/null',
		`Dir::State::lists=${lists}`,
		`Dir::State::status=${join(folder, 'status')}`,
		`Dir::Cache=${folder}`,
		`APT::Architecture=${architecture}`,
		`APT::Architectures=${architecture}`,
		'Acquire::Languages=none',
		// Testing's Release may have expired on a mirror that stands still: what is compared is the choice, not the date.
		'Acquire::Check-Valid-Until=false',
		'APT::Sandbox::User=root',
	];
	await run('apt-get', ['-qq', 'update', ...options.flatMap(option => ['-o', option])]).catch(() => undefined);
	const fetched = await listedSuites(lists, release, architecture);
	if (fetched.length === 0) throw new Error(`apt could not fetch the Packages files of ${release}`);
	return fetched;
}

async function listedSuites(folder: string, release: string, architecture: string): Promise<readonly SuiteText[]> {
	const files = await readdir(folder).catch(() => []);
	const found: SuiteText[] = [];
	for (const suite of [release, `${release}-updates`, `${release}-security`]) {
		const file = files.find(name => name.includes(`_dists_${suite}_main_binary-${architecture}_Packages`));
		if (file === undefined) continue;
		const {stdout} = await run(helper, ['cat-file', join(folder, file)], {maxBuffer: 512 * 1024 * 1024});
		found.push({suite, text: stdout});
	}
	return found;
}
