import {createHash} from 'node:crypto';
import {readdir, readFile, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {writeFileAtomic} from '../base/atomic-file.ts';
import type {StarterDefinition} from '../catalog/starter-definition.ts';
import type {IndexesByRelease} from '../catalog/starter.ts';
import type {Composition} from '../plan/composition.ts';
import type {Plan} from '../plan/plan.ts';
import type {Architecture} from '../repository/package-index.ts';

/** All that a plan depends on. */
export interface PlanState {
	readonly composition: Composition;
	readonly architecture: Architecture;
	readonly indexes: IndexesByRelease;
	readonly definition: StarterDefinition | null;
	readonly bundles: readonly {readonly name: string; readonly version: number; readonly sha256: string}[];
}

/** Plans from before, by all that they depend on: planning anew what has not changed costs a file read. */
export interface PlanCache {
	find(state: PlanState): Promise<Plan | null>;
	keep(state: PlanState, plan: Plan): Promise<void>;
}

const mostPlans = 100;

/**
 * Null when run from source: there nothing tells which planner made a plan. In the bundle a chunk's name does, since it
 * has a hash of its content and of all that it imports.
 */
export function openPlanCache(folder: string, code: string = import.meta.url): PlanCache | null {
	if (!/\/chunks\/[^/]+$/u.test(code)) return null;
	const pathOf = ({composition, architecture, indexes, definition, bundles}: PlanState) => {
		const wanted = bundles.filter(({name}) => composition.bundles.includes(name));
		const state = {
			code: code.slice(code.lastIndexOf('/')),
			composition,
			architecture,
			indexes: [...indexes].map(([release, {digest}]) => [release, digest]),
			definition,
			bundles: wanted.map(({name, version, sha256}) => [name, version, sha256]),
		};
		return join(folder, `${createHash('sha256').update(JSON.stringify(state)).digest('hex')}.json`);
	};
	let kept = 0;
	return {
		async find(state) {
			try {
				// Written whole or not at all, by keep().
				return JSON.parse(await readFile(pathOf(state), 'utf8')) as Plan;
			} catch {
				return null;
			}
		},
		async keep(state, plan) {
			// Who plans a thousand images would from here on only push out what is kept.
			if (kept >= mostPlans) return;
			kept += 1;
			await writeFileAtomic(pathOf(state), JSON.stringify(plan), 0o600);
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
