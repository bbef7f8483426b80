import {createHash} from 'node:crypto';
import {readdir, readFile, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {writeFileAtomic} from '../base/atomic-file.ts';
import type {Starter} from '../catalog/starter.ts';
import type {Composition} from '../plan/composition.ts';
import type {Plan} from '../plan/plan.ts';
import type {Architecture} from '../repository/package-index.ts';

/** All that a plan depends on. */
export interface PlanState {
	readonly composition: Composition;
	readonly architecture: Architecture;
	/** Of the indexes, by release. */
	readonly digests: ReadonlyMap<string, string>;
	/** The starter's file; null where there is no such starter. */
	readonly definition: string | null;
	readonly bundles: readonly {readonly name: string; readonly version: number; readonly sha256: string}[];
}

/** A plan with the starter that it was made from, which follows from the same. */
export interface KeptPlan {
	readonly plan: Plan;
	/** Whether it names all files that collide: those of all its packages were known. */
	readonly hasCollisions: boolean;
	readonly starter: Starter;
}

/** Plans from before, by all that they depend on: planning anew what has not changed costs a file read. */
export interface PlanCache {
	find(state: PlanState): Promise<KeptPlan | null>;
	keep(state: PlanState, kept: KeptPlan): Promise<void>;
}

const mostPlans = 100;

/**
 * Null when run from source: there nothing tells which planner made a plan. In the bundle a chunk's name does, since it
 * has a hash of its content and of all that it imports.
 */
export function openPlanCache(folder: string, code: string = import.meta.url): PlanCache | null {
	if (!/\/chunks\/[^/]+$/u.test(code)) return null;
	const pathOf = ({composition, architecture, digests, definition, bundles}: PlanState) => {
		const wanted = bundles.filter(({name}) => composition.bundles.includes(name));
		const state = {
			code: code.slice(code.lastIndexOf('/')),
			composition,
			architecture,
			digests: [...digests],
			definition,
			bundles: wanted.map(({name, version, sha256}) => [name, version, sha256]),
		};
		return join(folder, `${createHash('sha256').update(JSON.stringify(state)).digest('hex')}.json`);
	};
	let count = 0;
	return {
		async find(state) {
			try {
				// Written whole or not at all, by keep().
				return JSON.parse(await readFile(pathOf(state), 'utf8')) as KeptPlan;
			} catch {
				return null;
			}
		},
		async keep(state, kept) {
			// Who plans a thousand images would from here on only push out what is kept.
			if (count >= mostPlans) return;
			count += 1;
			await writeFileAtomic(pathOf(state), JSON.stringify(kept), 0o600);
			await removeOldest(folder);
		},
	};
}

async function removeOldest(folder: string): Promise<void> {
	const names = await readdir(folder);
	if (names.length <= mostPlans) return;
	const files = await Promise.all(
		names.map(async name => ({
			name,
			atMs: await stat(join(folder, name)).then(
				({mtimeMs}) => mtimeMs,
				() => 0,
			),
		})),
	);
	files.sort((a, b) => a.atMs - b.atMs);
	for (const {name} of files.slice(0, names.length - mostPlans)) await rm(join(folder, name), {force: true});
}
