import {setImmediate} from 'node:timers/promises';
import {throwIfCancelled} from '../base/errors.ts';
import type {StarterLine} from '../catalog/starter.ts';
import type {PackageIndex} from '../repository/package-index.ts';
import type {RequestedPackage} from './composition.ts';
import {joined} from './explain-conflict.ts';
import {noFamilies} from './families.ts';
import type {LinePlan, PackageChange, Suggestion} from './plan.ts';
import {obstaclesOf} from './plan-line.ts';
import type {PlanRequest} from './plan-request.ts';

/** Trying costs a planning of the line each. */
const mostAttempts = 48;
/** Changes that are only offered together. */
const mostChanges = 3;
/** Sets of changes that are offered. */
const mostSets = 4;

interface Situation {
	readonly request: PlanRequest;
	/** The line in conflict. */
	readonly line: LinePlan;
	readonly lines: readonly LinePlan[];
}

/** A composition that was changed and cannot be built yet. */
interface Attempt {
	readonly changes: readonly PackageChange[];
	readonly packages: readonly RequestedPackage[];
	/** Packages of which at least one has to change. */
	readonly obstacles: readonly RequestedPackage[];
}

/**
 * Ways out of a line's conflict, each of which was planned and works. Single changes first; where none works alone, those
 * that work together. A core says which packages cannot stay as they are, all of them together: only these are changed, then
 * those of the core that is left (Reiter's hitting set tree, to a depth of three). Gives way between attempts; throws
 * only `cancelled`.
 */
export async function suggestionsFor(situation: Situation): Promise<readonly Suggestion[]> {
	const {request, line, lines} = situation;
	const {starter, indexes} = request;
	const starterLine = starter.lines.find(candidate => candidate.line === line.line);
	const index = indexes.get(line.suite);
	if (starterLine === undefined || index === undefined || line.conflict === null) return [];
	const suggestions: Suggestion[] = (await waysOut(request, starterLine, index)).map(suggestionOf);
	if (lines.some(other => other.status === 'ok')) {
		suggestions.push({
			kind: 'leave-out-line',
			line: line.line,
			text: `Leave out the line ${line.line}; the others can be built.`,
		});
	}
	return suggestions;
}

async function waysOut(
	request: PlanRequest,
	line: StarterLine,
	index: PackageIndex,
): Promise<readonly (readonly PackageChange[])[]> {
	const {composition, families = noFamilies, signal} = request;
	const obstacles = (packages: readonly RequestedPackage[]) =>
		obstaclesOf({composition: {...composition, packages}, line, index, families, signal});
	const tried = new Set<string>();
	const found: (readonly PackageChange[])[] = [];
	/** What stands in the way after one more change; null if it works, or was not tried. */
	const attempt = async ({changes, packages}: Attempt, change: PackageChange): Promise<'works' | Attempt | null> => {
		const changed = withChange(packages, change);
		const key = changed.map(({name, version}) => `${name}=${version ?? ''}`).join(' ');
		if (tried.has(key) || tried.size >= mostAttempts) return null;
		tried.add(key);
		await setImmediate();
		throwIfCancelled(signal);
		const left = obstacles(changed);
		return left === null ? 'works' : {changes: [...changes, change], packages: changed, obstacles: left};
	};
	const {packages} = composition;
	let open: readonly Attempt[] = [{changes: [], packages, obstacles: obstacles(packages) ?? []}];
	for (let depth = 1; depth <= mostChanges && found.length === 0; depth++) {
		const next: Attempt[] = [];
		for (const before of open) {
			for (const choices of before.obstacles.flatMap(wanted => changesOf(wanted, before.packages))) {
				for (const change of choices) {
					const result = await attempt(before, change);
					if (result === 'works') {
						found.push([...before.changes, change]);
						break;
					}
					if (result !== null) next.push(result);
				}
			}
		}
		open = next;
	}
	if (found[0]?.length === 1) return found;
	const placeOf = (change: PackageChange) => packages.findIndex(({name}) => name === change.package);
	return found.slice(0, mostSets).map(changes => changes.toSorted((a, b) => placeOf(a) - placeOf(b)));

	/** Kinds of change for a package, the gentlest first; of each kind the first that works is enough. */
	function changesOf(
		{name, version}: RequestedPackage,
		asked: readonly RequestedPackage[],
	): readonly (readonly PackageChange[])[] {
		const names = new Set(asked.map(other => other.name));
		const others = families.alternativesOf(name, line, index).filter(other => !names.has(other));
		return [
			version === null ? [] : [{kind: 'lift-pin', package: name, text: `Take ${name} without its version ${version}.`}],
			others
				.slice(0, 3)
				.map(by => ({kind: 'replace-package', package: name, by, text: `Take ${by} instead of ${name}.`})),
			[{kind: 'drop-package', package: name, text: `Leave out ${name}.`}],
		];
	}
}

function withChange(packages: readonly RequestedPackage[], change: PackageChange): readonly RequestedPackage[] {
	switch (change.kind) {
		case 'drop-package':
			return packages.filter(({name}) => name !== change.package);
		case 'lift-pin':
			return packages.map(other => (other.name === change.package ? {...other, version: null} : other));
		case 'replace-package':
			return packages.map(other => (other.name === change.package ? {name: change.by, version: null} : other));
	}
}

/** `Take tool without its version 8 and leave out exim and postfix.` */
function suggestionOf(changes: readonly PackageChange[]): Suggestion {
	const [first] = changes;
	if (first !== undefined && changes.length === 1) return first;
	const dropped = changes.flatMap(change => (change.kind === 'drop-package' ? [change.package] : []));
	const others = changes.filter(({kind}) => kind !== 'drop-package').map(({text}) => text.replace(/\.$/, ''));
	const sentences = [...others, ...(dropped.length > 0 ? [`Leave out ${joined(dropped)}`] : [])];
	const text = joined(sentences.map((part, at) => (at === 0 ? part : part.charAt(0).toLowerCase() + part.slice(1))));
	return {kind: 'change-several', changes, text: `${text}.`};
}
