import {BaseSequencer, type TestSpecification} from 'vitest/node';

/** Files that take over half a minute on two cores, longest first. */
const slow = [
	'docker/docker-engine',
	'engine/native-engine',
	'e2e/freshness',
	'peers/definitions',
	'peers/mmdebstrap',
	'faults/mirror',
	'cli/builds',
	'e2e/hermetic-build',
	'engine/faults',
	'e2e/terminal-application',
	'engine/reproducible',
	'faults/killed',
	'starters/starters',
	'e2e/busy',
	'faults/scripts',
	'cli/bad-input',
	'e2e/live-build',
	'e2e/terminal',
	'faults/gc',
	'engine/ordinary-user',
	'engine/bundles',
	'engine/sandbox',
	'faults/full-disk',
	'peers/apt-oracle',
];

/** The order of test files on a machine that has not timed them yet: a long one that begins last would run alone. */
export class SlowFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const rankOf = ({moduleId}: TestSpecification) => {
			const rank = slow.findIndex(name => moduleId.endsWith(`/test/${name}.test.ts`));
			return rank === -1 ? slow.length : rank;
		};
		return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b));
	}
}
