import {describe, expect, test} from 'vitest';
import type {PackageId, PackageIndex} from '../../src/repository/package-index.ts';
import type {Requirement} from '../../src/plan/resolver/requirement.ts';
import {resolve} from '../../src/plan/resolver/resolve.ts';
import {universeOf} from '../../src/plan/resolver/universe.ts';
import {firstViolation} from '../../src/plan/resolver/violation.ts';
import {seeded} from '../peers/apt-oracle/seeded.ts';
import {indexOf} from './small-repository.ts';

const repositories = 600;

/** A repository of few packages with many ties: alternatives, virtual names, versions, conflicts. */
export function randomRepository(random: () => number): string {
	const names = ['a', 'b', 'c', 'd', 'e', 'f'];
	const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)]!;
	const chance = (share: number) => random() < share;
	const version = () => pick(['1', '2', '1:1']);
	const relation = () => {
		const name = pick([...names, 'v', 'w']);
		return chance(0.3) ? `${name} (${pick(['<<', '<=', '=', '>=', '>>'])} ${version()})` : name;
	};
	const group = () => (chance(0.4) ? `${relation()} | ${relation()}` : relation());
	return names
		.flatMap(name => {
			const versions = new Set(chance(0.3) ? [version(), version()] : [version()]);
			return [...versions].map(own => {
				const fields = [`Package: ${name}`, `Version: ${own}`];
				if (chance(0.7)) fields.push(`Depends: ${group()}${chance(0.4) ? `, ${group()}` : ''}`);
				if (chance(0.15)) fields.push(`Pre-Depends: ${group()}`);
				if (chance(0.35)) fields.push(`${pick(['Conflicts', 'Breaks'])}: ${relation()}`);
				if (chance(0.3)) fields.push(`Provides: ${pick(['v', 'w', 'v (= 1)', 'w (= 2)'])}`);
				return fields.join('\n');
			});
		})
		.join('\n\n');
}

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
			const resolution = resolve({index, roots: [{name: 'a', version: null, origin: 'added'}]});
			if (resolution.kind === 'ok') {
				found++;
				expect(firstViolation(universeOf(index), resolution.packages), text).toBeNull();
				expect(
					resolution.packages.map(id => index.nameOf(id)),
					text,
				).toContain('a');
			} else {
				expect(hasSolution(index, 'a'), text).toBe(false);
			}
		}
		expect(found).toBeGreaterThan(all.length / 4);
		expect(found).toBeLessThan(all.length);
	});

	test('a conflict is minimal: without any one of its requirements the rest can hold', () => {
		for (const text of all) {
			const index = indexOf(text);
			const resolution = resolve({index, roots: [{name: 'a', version: null, origin: 'added'}]});
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
