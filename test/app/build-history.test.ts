import {rm} from 'node:fs/promises';
import {describe, expect, test} from 'vitest';
import {newestBuiltLines, readBuildHistory} from '../../src/app/build-history.ts';
import type {LinePlan} from '../../src/plan/plan.ts';
import {aLine} from '../build/a-plan.ts';
import {begunBuild} from '../build/begun-build.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

const digest = `sha256:${'0'.repeat(64)}`;
const isThere = () => Promise.resolve(true);

/** The folder of builds, with one that made an image of each line. */
async function builtOnce(lines: readonly LinePlan[]) {
	const builds = await temporaryFolder('builds');
	const {paths, journal} = await begunBuild(builds, lines);
	const made = {status: 'created', digest, tags: [], size: 1, traceId: 't', error: null} as const;
	journal.append({
		type: 'build/finished',
		status: 'created',
		lines: lines.map(({line}) => ({line, ...made})),
	});
	journal.close();
	const history = (await readBuildHistory(builds)).get('web') ?? [];
	const newest = (today: readonly LinePlan[]) => newestBuiltLines(builds, history, isThere, today);
	return {paths, newest};
}

describe('what the lines of an image were built from', () => {
	test('what is built of the same today is told without reading its plan', async () => {
		const {paths, newest} = await builtOnce([aLine('1'), aLine('2')]);
		await rm(paths.plan);
		const built = await newest([aLine('1'), aLine('2')]);
		expect([...built.keys()]).toEqual(['1', '2']);
	});

	test('what changed comes with the plan from before', async () => {
		const {paths, newest} = await builtOnce([aLine('1')]);
		const before = aLine('1');
		const today = {...before, config: {...before.config, env: {COLOR: 'green'}}};
		expect((await newest([today])).get('1')?.plan).toEqual(before);
		await rm(paths.plan);
		await expect(newest([today])).rejects.toMatchObject({code: 'storage'});
	});
});
