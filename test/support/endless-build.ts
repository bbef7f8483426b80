import {join} from 'node:path';
import {buildFolderOf} from '../../src/build/build-folder.ts';
import {newBuildId} from '../../src/build/build-id.ts';
import {createJournal} from '../../src/build/journal/journal-writer.ts';
import type {SlipwayHome} from './slipway.ts';

const lines = ['9.6', '9.5', '9.4', '9.3', '9.2', '9.1'];
const eventsEveryMs = 100;

/** The journal of a build of six lines, `busy`, whose builder is this process: every line downloads without end. */
export function startEndlessBuild(home: SlipwayHome): {readonly stop: () => void} {
	const builds = join(home.env['SLIPWAY_HOME'] ?? '', 'data/builds');
	const build = newBuildId();
	const journal = createJournal(buildFolderOf(builds, build).journal);
	journal.append({type: 'build/started', build, image: 'busy', engine: 'native', lines, pid: process.pid});
	for (const line of lines) {
		journal.append({type: 'line/started', line, traceId: `${build}-${line}`});
		journal.append({type: 'phase/started', line, phase: 'fetch'});
	}
	let done = 0;
	const timer = setInterval(() => {
		done += 250_000;
		for (const line of lines) {
			journal.append({type: 'phase/progressed', line, phase: 'fetch', done, total: 900_000_000, unit: 'bytes'});
		}
	}, eventsEveryMs);
	return {
		stop() {
			clearInterval(timer);
			journal.close();
		},
	};
}
