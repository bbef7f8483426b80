import {describe, expect, test} from 'vitest';
import type {PackageId, PackageIndex} from '../../src/repository/package-index.ts';
import type {Requirement} from '../../src/plan/resolver/requirement.ts';
import {resolve} from '../../src/plan/resolver/resolve.ts';
import {universeOf} from '../../src/plan/resolver/universe.ts';
import {firstViolation} from '../../src/plan/resolver/violation.ts';
import {seeded} from '../peers/apt-oracle/seeded.ts';
import {randomRepository} from './random-repository.ts';
import {indexOf} from './small-repository.ts';

const repositories = 600;

/** Every set of packages, tried one after the other. */
function hasSolution(index: PackageIndex, root: string, forced: readonly PackageId[] = []): boolean {
	const universe = universeOf(index);
	for (let set = 1; set < 2 ** index.packageCount; set++) {
		const packages = Array.from({length: index.packageCount}, (_, id) => id).filter(id => (set & (1 << id)) !== 0);
		if (!packages.some(id => index.nameOf(id) === root) || !forced.every(id => packages.includes(id))) continue;
		if (firstViolation(universe, packages) === null) return true;
	}
	return false;
}

describe.each([1, 2, 3])('random repositories, seed %i', seed => {
	const random = seeded(seed);
	const all = Array.from({length: repositories / 3}, () => randomRepository(random));

	test('what is found satisfies every relation, and what is not found does not exist', () => {
		let found = 0;
		for (const text of all) {
			const index = indexOf(text);
			const resolution = resolve({index, roots: [{name: 'pa', version: null, origin: 'added'}]});
			if (resolution.kind === 'ok') {
				found++;
				expect(firstViolation(universeOf(index), resolution.packages), text).toBeNull();
				expect(
					resolution.packages.map(id => index.nameOf(id)),
					text,
				).toContain('pa');
			} else {
				expect(hasSolution(index, 'pa'), text).toBe(false);
			}
		}
		expect(found).toBeGreaterThan(all.length / 4);
		expect(found).toBeLessThan(all.length);
	});

	test('a conflict is minimal: without any one of its requirements the rest can hold', () => {
		for (const text of all) {
			const index = indexOf(text);
			const resolution = resolve({index, roots: [{name: 'pa', version: null, origin: 'added'}]});
			if (resolution.kind === 'ok') continue;
			expect(canHold(index, resolution.core), text).toBe(false);
			for (const left of resolution.core) {
				const rest = resolution.core.filter(requirement => requirement !== left);
				expect(canHold(index, rest), `${text}\nwithout ${JSON.stringify(left)}`).toBe(true);
			}
		}
	});
});

/** Whether some choice of packages meets these requirements, all others forgotten. */
function canHold(index: PackageIndex, core: readonly Requirement[]): boolean {
	for (let set = 0; set < 2 ** index.packageCount; set++) {
		const has = (id: PackageId) => (set & (1 << id)) !== 0;
		if (core.every(requirement => holds(requirement, has))) return true;
	}
	return false;
}

function holds(requirement: Requirement, has: (id: PackageId) => boolean): boolean {
	switch (requirement.kind) {
		case 'root':
			return requirement.targets.some(has);
		case 'given':
			return has(requirement.package);
		case 'need':
			return !has(requirement.package) || requirement.need.targets.flat().some(has);
		case 'rejection':
			return !(has(requirement.package) && has(requirement.target));
		case 'single-version':
			return !(has(requirement.package) && has(requirement.other));
		case 'newest-only':
			return !has(requirement.package);
	}
}
