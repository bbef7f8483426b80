import {beforeAll, expect, test} from 'vitest';
import type {PackageIndex} from '../../src/repository/package-index.ts';
import {indexFromPackages} from '../../src/repository/deb/index-from-packages.ts';
import {resolve} from '../../src/plan/resolver/resolve.ts';
import {universeOf} from '../../src/plan/resolver/universe.ts';
import {firstViolation} from '../../src/plan/resolver/violation.ts';
import {randomRepositories} from '../plan/random-repository.ts';
import {packagesText} from '../plan/small-repository.ts';
import {describeNeeding, testNeeding} from '../support/needs.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {AptRoot} from './apt-oracle/apt-root.ts';
import {suitesOf} from './apt-oracle/distribution.ts';
import {compareTogether, namesOf, oracleRelease, type NamedComparison} from './apt-oracle/plan-beside-apt.ts';
import {sampleOf, seeded} from './apt-oracle/seeded.ts';

/*
 * apt as oracle: the same Packages files, nothing installed, the same roots. `SLIPWAY_APT_ORACLE=trixie:1000` compares
 * that many packages of that release (several with a comma between); apt-oracle.md has the figures of the last full run.
 */
/** Packages that are added at once. */
const together = 4;
const [sample = 'bookworm:12,trixie:8', seed = '7'] = (process.env['SLIPWAY_APT_ORACLE'] ?? '')
	.split('@')
	.filter(Boolean);

interface Comparison {
	readonly name: string;
	/** What differs; null where both say the same. */
	readonly difference: string | null;
}

async function compare(index: PackageIndex, apt: AptRoot, name: string): Promise<Comparison> {
	const answer = await apt.install([name]);
	const ours = resolve({index, roots: [{name, version: null, origin: 'added'}]});
	if (ours.kind === 'conflict') {
		return {name, difference: answer.kind === 'failed' ? null : 'apt finds a solution, the resolver none'};
	}
	expect(firstViolation(universeOf(index), ours.packages), name).toBeNull();
	if (answer.kind === 'failed') return {name, difference: 'the resolver finds a solution, apt none'};
	const versions = new Map(ours.packages.map(id => [index.nameOf(id), index.versionOf(id)]));
	const more = [...versions].filter(([other, version]) => answer.versions.get(other) !== version);
	const less = [...answer.versions].filter(([other, version]) => versions.get(other) !== version);
	if (more.length + less.length === 0) return {name, difference: null};
	return {name, difference: `instead of ${less.join(' ')} there is ${more.join(' ')}`};
}

describeNeeding('apt')('a random repository', () => {
	const count = 60;
	const comparisons: Comparison[] = [];

	beforeAll(async () => {
		const suites = [{suite: 'test', text: packagesText(randomRepositories(seeded(11), count))}];
		const apt = await AptRoot.create(await temporaryFolder('apt-oracle'), 'amd64', suites);
		const index = indexFromPackages({release: 'test', architecture: 'amd64', packages: suites});
		for (let place = 0; place < count; place++) comparisons.push(await compare(index, apt, `r${place}-pa`));
	});

	test('is never called impossible where apt finds a solution', () => {
		expect(comparisons).toHaveLength(count);
		expect(comparisons.filter(({difference}) => difference?.startsWith('apt finds'))).toEqual([]);
	});

	test('gives the packages that apt takes, but for ties that apt decides by the order of mention', () => {
		const found = comparisons.filter(({difference}) => !difference?.startsWith('the resolver finds'));
		const different = found.filter(({difference}) => difference !== null);
		expect(found.length).toBeGreaterThan(comparisons.length / 2);
		expect(different.length, JSON.stringify(different)).toBeLessThanOrEqual(found.length * 0.05);
	});
});

for (const part of sample.split(',')) {
	const [release = '', count = '12'] = part.split(':');
	testNeeding('apt', 'debian-mirror')(
		`a plan with one of ${count} packages of ${release} is what apt would install`,
		async () => {
			const suites = await suitesOf(release, 'amd64', await temporaryFolder(`apt-lists-${release}`));
			const apt = await AptRoot.create(await temporaryFolder(`apt-root-${release}`), 'amd64', suites);
			const oracle = await oracleRelease(release, suites);
			const picked = sampleOf(namesOf(oracle), Number(count), seeded(Number(seed)));
			const compared: NamedComparison[] = [];
			for (let at = 0; at < picked.length; at += together) {
				compared.push(...(await compareTogether(oracle, apt, picked.slice(at, at + together))));
			}
			const differences = compared.filter(({difference}) => difference !== null);
			process.stdout.write(
				`${release}: ${picked.length - differences.length} of ${picked.length} agree with apt\n${differences
					.map(({name, difference}) => `  ${name}: ${difference}\n`)
					.join('')}`,
			);
			// 99.5 %, and in a small sample one difference.
			expect(differences.length).toBeLessThanOrEqual(Math.max(1, picked.length * 0.005));
		},
		120_000 + Number(count) * 10_000,
	);
}
