import type {PackageId} from '../repository/package-index.ts';
import {minimalRules} from './minimal-rules.ts';
import type {Need, Universe} from './resolver/universe.ts';

const cutByEvery = new Set(minimalRules.filter(({of}) => of === '*').map(({on}) => on));
const cutBySome = minimalRules
	.filter(({of}) => of !== '*')
	.map(({of, on}) => ({on, pattern: new RegExp(`^${of.replaceAll(/[.+]/g, '\\$&').replaceAll('*', '.*')}$`)}));

/** Whether only maintainer scripts need what this names: the first alternative decides, as it names the usual choice. */
function isCut(owner: string, need: Need): boolean {
	const name = need.group[0]?.name ?? '';
	return cutByEvery.has(name) || cutBySome.some(rule => rule.on === name && rule.pattern.test(owner));
}

/**
 * The packages that roots need at run time, out of those installed for configuring: Pre-Depends and Depends, without
 * the edges that minimal-rules.ts cuts.
 *
 * @param kept what is in the image already; it is neither followed again nor returned
 */
export function runtimeClosure(
	universe: Universe,
	installed: ReadonlySet<PackageId>,
	roots: readonly PackageId[],
	kept: ReadonlySet<PackageId> = new Set(),
): ReadonlySet<PackageId> {
	const closure = new Set<PackageId>();
	const isIn = (id: PackageId) => closure.has(id) || kept.has(id);
	const queue: PackageId[] = [];
	const keep = (id: PackageId) => {
		if (isIn(id) || !installed.has(id)) return;
		closure.add(id);
		queue.push(id);
	};
	roots.forEach(keep);
	for (let place = 0; place < queue.length; place++) {
		const id = queue[place];
		if (id === undefined) break;
		const {name, needs} = universe.node(id);
		for (const need of needs) {
			if (isCut(name, need) || need.targets.some(targets => targets.some(isIn))) continue;
			const first = need.targets.flat().find(target => installed.has(target));
			if (first !== undefined) keep(first);
		}
	}
	return closure;
}
