import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterEach, expect, test, vi} from 'vitest';
import type {ActionEvent} from '../../src/actions/action-event.ts';
import {createServices} from '../../src/app/create-services.ts';
import {tellOfUntold, untoldFile} from '../../src/app/tell-of-build.ts';
import {ownIdentity, type ProcessIdentity} from '../../src/build/process-identity.ts';
import {aLine} from '../build/a-plan.ts';
import {begunBuild} from '../build/begun-build.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

/** This number is a running process, but not one that began then. */
const gone = {pid: process.pid, start: 'before the host went down'};

afterEach(() => {
	vi.unstubAllEnvs();
});

/** A build whose builder has begun, and has not told how it ended; a rule that appends failures to a file. */
async function begun(builder: ProcessIdentity) {
	const home = await temporaryFolder('untold');
	vi.stubEnv('SLIPWAY_HOME', home);
	const received = join(home, 'received');
	await mkdir(join(home, 'config'), {recursive: true});
	const command = JSON.stringify(['/bin/sh', '-c', `cat >>'${received}' && echo >>'${received}'`]);
	await writeFile(
		join(home, 'config/actions.yaml'),
		`rules: [{name: keep, when: [build/failed], then: [{command: ${command}}]}]`,
	);
	const {store} = await createServices({env: {SLIPWAY_HOME: home, SLIPWAY_DEBIAN_MIRROR: 'http://127.0.0.1:9/debian'}});
	const buildsFolder = join(home, 'data/builds');
	const {paths, journal} = await begunBuild(buildsFolder, [aLine('1')], {builder});
	journal.close();
	await writeFile(untoldFile(buildsFolder, paths.build), '');
	const tell = async (): Promise<readonly ActionEvent[]> => {
		await tellOfUntold({buildsFolder, store}, AbortSignal.timeout(60_000));
		const text = await readFile(received, 'utf8').catch(() => '');
		return text
			.split('\n')
			.filter(Boolean)
			.map(line => JSON.parse(line) as ActionEvent);
	};
	return {build: paths.build, tell};
}

test('a build whose builder was killed is told as failed, once', async () => {
	const {build, tell} = await begun(gone);
	const told = await tell();
	expect(told).toMatchObject([
		{kind: 'build/failed', build, image: expect.stringMatching(/\/web$/), summary: 'interrupted', severity: 'none'},
	]);
	expect(await tell()).toEqual(told);
});

test('a build that is still running is not told of', async () => {
	const {tell} = await begun(ownIdentity());
	expect(await tell()).toEqual([]);
});
