import type {Baseline, CompositionProblem, RequestedPackage, SmokeTest} from '../composition.ts';
import type {FieldLocator} from './parse-composition.ts';

/** A composition or baseline as it stands in its file, with those that it extends. */
export interface Heir<T extends Baseline = Baseline> {
	readonly own: T;
	readonly locate: FieldLocator;
	/** In the order of `extends`. */
	readonly parents: readonly Heir[];
}

export type Inherited<T extends Baseline> =
	| {
			readonly kind: 'ok';
			/** With all that it inherits; it extends nothing any more. */
			readonly whole: T;
			/** Names the file in which a field of `whole` stands. */
			readonly locate: FieldLocator;
	  }
	| {readonly kind: 'refused'; readonly problems: readonly CompositionProblem[]};

/** One thing that a file says: a package, a variable, a label, a port … */
interface Entry {
	readonly group: 'packages' | 'env' | 'bundles' | 'config' | 'labels' | 'ports' | 'volumes' | 'tests';
	readonly name: string;
	readonly value: unknown;
	readonly locate: FieldLocator;
	readonly path: readonly PropertyKey[];
	/** By whom it came: `corp`, `base`. */
	readonly by: readonly string[];
}

/**
 * Lays a composition over all that it extends: packages, variables, bundles, configuration with labels, and tests. What
 * stands in the composition itself wins; two that it extends and that say different things are refused, for only the
 * composition can say which is meant.
 */
export function inherit<T extends Baseline>(heir: Heir<T>): Inherited<T> {
	const problems: CompositionProblem[] = [];
	const entries = [...settle(heir, [heir.own.name], problems).values()];
	if (problems.length > 0) return {kind: 'refused', problems};
	const of = (group: Entry['group']) => entries.filter(entry => entry.group === group);
	const valuesOf = (group: Entry['group']) => of(group).map(({value}) => value);
	const recordOf = (group: Entry['group']) => Object.fromEntries(of(group).map(({name, value}) => [name, value]));
	const lists = Object.fromEntries(
		(['ports', 'volumes'] as const).flatMap(group => (of(group).length > 0 ? [[group, valuesOf(group)]] : [])),
	);
	const labels = of('labels').length > 0 ? {labels: recordOf('labels')} : {};
	const {extends: _, ...own} = heir.own;
	const whole = {
		...own,
		packages: valuesOf('packages') as readonly RequestedPackage[],
		env: recordOf('env') as Baseline['env'],
		bundles: valuesOf('bundles') as readonly string[],
		config: {...recordOf('config'), ...lists, ...labels} as Baseline['config'],
		tests: valuesOf('tests') as readonly SmokeTest[],
	};
	return {kind: 'ok', whole: whole as unknown as T, locate: locatorOf(heir, of)};
}

function settle(heir: Heir, by: readonly string[], problems: CompositionProblem[]): Map<string, Entry> {
	const own = new Map(entriesOf(heir, by).map(entry => [keyOf(entry), entry]));
	const settled = new Map<string, Entry>();
	for (const [place, parent] of heir.parents.entries()) {
		for (const [key, entry] of settle(parent, [...by, parent.own.name], problems)) {
			const other = settled.get(key);
			if (other === undefined || own.has(key) || isSame(other, entry)) settled.set(key, other ?? entry);
			else problems.push(clash(heir, place, other, entry));
		}
	}
	for (const [key, entry] of own) settled.set(key, entry);
	return settled;
}

const keyOf = ({group, name}: Entry) => `${group}\n${name}`;
const isSame = (a: Entry, b: Entry) => JSON.stringify(a.value) === JSON.stringify(b.value);

function clash(heir: Heir, place: number, a: Entry, b: Entry): CompositionProblem {
	const said = ({value, by, group}: Entry) => {
		const text = group === 'packages' ? ((value as RequestedPackage).version ?? 'not pinned') : JSON.stringify(value);
		return `${text} (${by.join(' → ')})`;
	};
	return {
		...heir.locate(['extends', place]),
		message: `${a.name} is inherited in two ways: ${said(a)} and ${said(b)}.`,
		mend: `Say in ${heir.own.name} itself which is meant.`,
	};
}

function entriesOf({own, locate}: Heir, by: readonly string[]): readonly Entry[] {
	const entry = (group: Entry['group'], name: string, value: unknown, path: readonly PropertyKey[]): Entry => ({
		group,
		name,
		value,
		path,
		locate,
		by,
	});
	const {labels = {}, ports = [], volumes = [], ...config} = own.config;
	return [
		...own.packages.map((requested, at) => entry('packages', requested.name, requested, ['packages', at])),
		...Object.entries(own.env).map(([name, value]) => entry('env', name, value, ['env', name])),
		...own.bundles.map((name, at) => entry('bundles', name, name, ['bundles', at])),
		...Object.entries(config).map(([field, value]) => entry('config', field, value, ['config', field])),
		...Object.entries(labels).map(([name, value]) => entry('labels', name, value, ['config', 'labels', name])),
		...ports.map((port, at) => entry('ports', port, port, ['config', 'ports', at])),
		...volumes.map((path, at) => entry('volumes', path, path, ['config', 'volumes', at])),
		...own.tests.map((test, at) => entry('tests', JSON.stringify(test), test, ['tests', at])),
	];
}

function locatorOf(heir: Heir, of: (group: Entry['group']) => readonly Entry[]): FieldLocator {
	const entryAt = ([first, second, third]: readonly PropertyKey[]): Entry | undefined => {
		if (first === 'packages' || first === 'bundles' || first === 'tests') return of(first)[Number(second)];
		if (first === 'env') return of('env').find(({name}) => name === second);
		if (first !== 'config') return undefined;
		if (second === 'labels') return of('labels').find(({name}) => name === third);
		if (second === 'ports' || second === 'volumes') return of(second)[Number(third)];
		return of('config').find(({name}) => name === second);
	};
	return path => {
		const entry = entryAt(path);
		return entry ? entry.locate([...entry.path, ...path.slice(entry.path.length)]) : heir.locate(path);
	};
}
